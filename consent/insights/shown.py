"""A banner that was shown: kept without time, page or anything of the visitor, until counted."""

from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from consent import clock, notices
from consent.db import table_of
from consent.devices import Device
from consent.errors import InvalidFieldsError, NotCountedError
from consent.insights.facets import day_of, region_of
from consent.insights.models import InsightShown
from consent.records import UNKNOWN
from consent.sites import Site

THOUSANDTHS = 1000


@dataclass(frozen=True)
class Banner:
    """What is reported of a banner: version, language, region as known and as claimed, device."""

    version: int
    language: str
    region: str | None = None
    claimed_region: str | None = None
    device: Device | None = None


def shown(session: Session, site: Site, banner: Banner) -> None:
    """Keep that a banner was shown; refused where the version does not count them."""
    version = notices.shown(session, site.id, banner.version)
    if version is None:
        raise InvalidFieldsError({"version": ["This version was never published."]})
    notice = version.notice
    if notice.options.count_shown is None:
        raise NotCountedError(
            "This notice does not count banners: its option `count_shown` switches it on."
        )
    if banner.language not in notice.languages:
        raise InvalidFieldsError({"language": ["This version has no texts in that language."]})
    row = {
        "site_id": site.id,
        "day": day_of(clock.now()),
        "region": region_of(banner.region, banner.claimed_region),
        "language": banner.language,
        "version": banner.version,
        "device": banner.device or UNKNOWN,
        "weight": round(THOUSANDTHS * 100 / notice.options.count_shown),
    }
    session.execute(insert(table_of(InsightShown)), row)
