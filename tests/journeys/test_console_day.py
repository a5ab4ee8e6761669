"""A day in the console, from the owner's first login to the auditor who changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from consent import notices, sites, staff
from tests.journeys.conftest import new_town
from tests.journeys.day import KEY, STEPS, Day
from tests.journeys.town import Town


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Give this day a town of its own: what others leave to the worker is not done in it."""
    folder = tmp_path / "town"
    folder.mkdir()
    with new_town(request.param, folder) as found:
        yield found


def test_a_day_goes_from_the_first_login_to_the_proof(
    browser: Browser, town: Town, tmp_path: Path
) -> None:
    day = Day(browser, town, tmp_path)
    try:
        names = [name for name, _caption in day.steps()]
        troubles = [*day.owner.troubles(), *day.auditor.troubles()]
    finally:
        day.leave()
    assert len(set(names)) == len(names) == STEPS
    # The auditor meets closed doors on purpose.
    assert [each for each in troubles if "403" not in each] == []

    with town.database.reading() as session:
        site = sites.find(session, KEY)
        version = notices.in_force(session, site.id)
        verbs = {each.verb for each in staff.events(session, staff.Trail(), 200)}
    assert version.version == 2
    assert version.reason.startswith("Our own colour")
    assert {"login.begin", "password.set", "site.create", "notice.publish"} <= verbs
    assert {each for each in verbs if each.startswith("export.")}
