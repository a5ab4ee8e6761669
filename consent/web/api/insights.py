"""Figures for programs: the dashboard's numbers."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from consent import insights
from consent.insights.schemas import FiguresSchema, PeriodSchema
from consent.sites import Site
from consent.staff import Ability
from consent.web.api import guards
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_insights", __name__, description="What decisions add up to")


@door.get("/api/v1/sites/<site_key>/insights")
@guards.token(Ability.LOOK)
@door.doc(summary="Read the figures of a period", operationId="readInsights")
@door.arguments(PeriodSchema, location="query", unknown=RAISE)
@door.response(200, FiguresSchema)
@problems(door, 401, 403, 404, 422, 429)
def read(wanted: dict[str, Any], site: Site) -> Any:
    """Return what visitors decided in a period of days, the last 30 where none is named."""
    period = insights.period_of(wanted)
    with services().database.reading() as session:
        return insights.figures(
            session, site.id, period.start, period.end, days_each=wanted["days_each"]
        )
