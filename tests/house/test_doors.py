"""Every address names who may enter, and every form is checked."""

import inspect

import pytest

from consent.web import guards
from consent.web.api import guards as api_guards
from consent.web.console import guards as console_guards

# The API description is public by design and made by the library.
UNGUARDED = {"api-docs.openapi_json"}
GUARDS = {"visitor", "reader", "anyone"}
# Whose abilities stand in tests/web/console/matrix.txt; they check forms by themselves.
OF_STAFF = {"staff": console_guards, "nobody": console_guards, "token": api_guards}


@pytest.fixture
def views(app) -> dict:
    return {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}


def guard_of(view) -> str | None:
    """Return the guard of a view, however many decorators lie around it."""
    while view is not None:
        if hasattr(view, "guard"):
            return view.guard
        view = getattr(view, "__wrapped__", None)
    return None


def test_every_door_names_its_guard(views):
    found = {endpoint: guard_of(view) for endpoint, view in views.items()}
    known = GUARDS | OF_STAFF.keys()
    assert {endpoint for endpoint, guard in found.items() if guard not in known} == UNGUARDED


def test_every_change_by_a_program_asks_for_the_sites_origin_and_every_form_for_its_token(
    app, views
):
    for rule in app.url_map.iter_rules():
        if not rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        view = views[rule.endpoint]
        source = inspect.getsource(inspect.unwrap(view))
        is_safe = guard_of(view) in {"visitor", *OF_STAFF} or "guards.check_form(" in source
        assert is_safe, rule.rule


def test_no_route_lies_outside_a_door(views):
    for endpoint, view in views.items():
        if endpoint not in UNGUARDED:
            assert inspect.unwrap(view).__module__.startswith("consent.web."), endpoint


def test_no_address_takes_a_key_of_a_person(app):
    for rule in app.url_map.iter_rules():
        assert not {"key", "subject", "token", "handover"} & rule.arguments, rule.rule


def test_a_guard_is_one_of_those_that_are_explained():
    for guard in GUARDS:
        assert f"`{guard}`" in guards.__doc__
    for guard, module in OF_STAFF.items():
        assert f"`{guard}`" in module.__doc__
