"""What a dashboard is made of: tiles, and cards with a chart and the table of the same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from babel.dates import format_date

from consent.insights import Facet, Figures, Span, Tally
from consent.records import Action
from consent.web.console import charts, words
from consent.web.console.charts import Chart, Part
from consent.web.console.frame import number
from consent.web.console.record_words import DEVICES
from consent.web.console.words import N_, _

# In the order in which they are stacked: the class of a bar, its actions, its name.
KINDS = (
    ("accept", (Action.ACCEPT_ALL,), N_("Accepted all")),
    ("choose", (Action.SAVE,), N_("Own choice")),
    ("reject", (Action.REJECT_ALL,), N_("Rejected all")),
    ("withdraw", (Action.WITHDRAW,), N_("Withdrew")),
    ("other", (Action.SIGNAL, Action.RENEW), N_("Privacy signal, or renewed")),
)
TITLES = {
    Facet.REGION: N_("By region"),
    Facet.DEVICE: N_("By class of device"),
    Facet.VERSION: N_("By version of the notice"),
    Facet.LANGUAGE: N_("By language"),
    Facet.LAYOUT: N_("By layout"),
    Facet.GPC: N_("By privacy signal (GPC)"),
}
HEADS = {
    Facet.REGION: N_("Region"),
    Facet.DEVICE: N_("Device"),
    Facet.VERSION: N_("Version"),
    Facet.LANGUAGE: N_("Language"),
    Facet.LAYOUT: N_("Layout"),
    Facet.GPC: N_("Privacy signal"),
}
# Facets by which records can be searched, and those by which banners shown are counted.
SEARCHED = frozenset({Facet.REGION, Facet.VERSION, Facet.LANGUAGE, Facet.GPC})
SHOWN_BY = frozenset({Facet.REGION, Facet.DEVICE, Facet.VERSION, Facet.LANGUAGE})
NOTES = {
    Facet.REGION: N_("Known from a trusted proxy, else the country that the browser claimed."),
    Facet.DEVICE: N_(
        "What the browser says of itself with every request, in one of three words; an iPad calls "
        "itself a computer. Nothing finer is kept."
    ),
    Facet.LAYOUT: N_("As the browser claimed it."),
}
MOST_LINES = 12
VALUES = {
    **DEVICES,
    "unknown": N_("unknown"),
    "yes": N_("yes"),
    "no": N_("no"),
    "other": N_("other"),
}


@dataclass(frozen=True)
class Tile:
    """One figure, and what it is a part of."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True)
class Line:
    """A row of a table; the first cell leads to the records behind it."""

    name: str
    url: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A chart and its table. `legend` pairs a bar's class with its name."""

    key: str
    title: str
    chart: Chart
    legend: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def is_wide(self) -> bool:
        """Say whether it takes the whole width."""
        return self.key == "time"

    @property
    def is_long(self) -> bool:
        """Say whether its table is folded up at first."""
        return len(self.lines) > MOST_LINES


def tiles(found: Figures) -> tuple[Tile, ...]:
    """Return the figures on top, each with its denominator."""
    tally = found.whole.tally
    made = [
        _share_tile(_("Accepted all"), tally.number(Action.ACCEPT_ALL), tally),
        _share_tile(_("Own choice"), tally.number(Action.SAVE), tally),
        _share_tile(_("Rejected all"), tally.number(Action.REJECT_ALL), tally),
        Tile(
            _("Withdrew"),
            number(tally.number(Action.WITHDRAW)),
            _("of %(whole)s decisions") % {"whole": number(tally.decisions)},
        ),
    ]
    if found.whole.ignored is None:
        text = _("unknown: banners shown are not counted")
        return (*made, Tile(_("Without an answer"), "?", text))
    text = _("of about %(whole)s banners shown (%(reported)s reported)")
    said = text % {"whole": number(tally.shown), "reported": number(tally.reported)}
    share = percent(found.whole.ignored, tally.shown)
    return (*made, Tile(_("Without an answer"), share, said))


def cards(found: Figures, texts: Mapping[str, str], records_url: str | None) -> tuple[Card, ...]:
    """Return the cards: over time, by category, and by each facet that has something."""
    made = [_over_time(found), _by_category(found, texts, records_url)]
    made += [_by_facet(found, facet, records_url) for facet in TITLES if found.groups[facet]]
    return tuple(made)


def percent(part: int, whole: int) -> str:
    """Return a share as people write it; a dash where there is nothing to share."""
    return f"{number(round(100 * part / whole, 1))} %" if whole else "-"


def _share_tile(name: str, count: int, tally: Tally) -> Tile:
    text = _("%(part)s of %(whole)s answers")
    said = text % {"part": number(count), "whole": number(tally.answers)}
    return Tile(name, percent(count, tally.answers), said)


def _over_time(found: Figures) -> Card:
    steps = [(_day(span), _parts(span.tally)) for span in found.spans]
    most = charts.ceiling(max((span.tally.decisions for span in found.spans), default=0))
    said = [number(most * at // 4) for at in range(5)]
    has_shown = found.whole.ignored is not None
    heads = (_("Day") if _is_daily(found) else _("Days"), *_heads(has_shown=has_shown))
    if has_shown:
        heads = (*heads, _("Without an answer (about)"))
    lines = tuple(
        Line(_days(span), None, (*_cells(span.tally, has_shown=has_shown), *_ignored(span, found)))
        for span in reversed(found.spans)
    )
    note = ""
    if has_shown:
        note = _(
            "A banner counts each time it is shown: somebody who passes over it on three pages "
            "is counted three times, since nothing is stored that could tell. Banners shown "
            "are a sample, hence about."
        )
    return Card("time", _("Over time"), charts.columns(steps, said), _legend(), heads, lines, note)


def _ignored(span: Span, found: Figures) -> tuple[str, ...]:
    return () if found.whole.ignored is None else (number(span.ignored),)


def _by_category(found: Figures, texts: Mapping[str, str], records_url: str | None) -> Card:
    rows, lines = [], []
    for each in found.categories:
        name = texts.get(f"category_{each.key}_name", each.key)
        whole = each.granted + each.refused
        rows.append(
            (
                name,
                (
                    Part("accept", each.granted, _title(name, _("allowed"), each.granted)),
                    Part("reject", each.refused, _title(name, _("refused"), each.refused)),
                ),
            )
        )
        cells = (number(each.granted), number(each.refused), number(whole))
        share = percent(each.granted, whole)
        lines.append(Line(name, _link(records_url, category=each.key), (*cells, share)))
    heads = (_("Category"), _("Allowed"), _("Refused"), _("Decisions"), _("Allowed in"))
    legend = (("accept", _("allowed")), ("reject", _("refused")))
    title = _("By category")
    return Card("category", title, charts.shares(rows), legend, heads, tuple(lines))


def _by_facet(found: Figures, facet: Facet, records_url: str | None) -> Card:
    has_shown = facet in SHOWN_BY and found.whole.ignored is not None
    rows, lines = [], []
    for group in found.groups[facet]:
        name = _(VALUES[group.value]) if group.value in VALUES else group.value
        if group.tally.decisions:
            rows.append((name, _parts(group.tally, name)))
        url = _link(records_url, **{facet.value: group.value}) if facet in SEARCHED else None
        lines.append(Line(name, url, _cells(group.tally, has_shown=has_shown)))
    heads = (_(HEADS[facet]), *_heads(has_shown=has_shown))
    note = _(NOTES[facet]) if facet in NOTES else ""
    title = _(TITLES[facet])
    return Card(facet.value, title, charts.shares(rows), _legend(), heads, tuple(lines), note)


def _parts(tally: Tally, name: str = "") -> list[Part]:
    parts = []
    for kind, actions, text in KINDS:
        count = sum(tally.number(action) for action in actions)
        parts.append(Part(kind, count, _title(name, _(text), count)))
    return parts


def _title(name: str, text: str, count: int) -> str:
    return f"{name + ': ' if name else ''}{text}: {number(count)}"


def _legend() -> tuple[tuple[str, str], ...]:
    return tuple((kind, _(text)) for kind, _actions, text in KINDS)


def _heads(*, has_shown: bool) -> tuple[str, ...]:
    names = [_(text) for _kind, _actions, text in KINDS]
    return (*names, _("All decisions"), *((_("Shown (about)"),) if has_shown else ()))


def _cells(tally: Tally, *, has_shown: bool) -> tuple[str, ...]:
    counts: Sequence[int] = [
        sum(tally.number(action) for action in actions) for _kind, actions, _text in KINDS
    ]
    shown = (number(tally.shown),) if has_shown else ()
    return (*map(number, counts), number(tally.decisions), *shown)


def _link(records_url: str | None, **conditions: str) -> str | None:
    return f"{records_url}&{urlencode(conditions)}" if records_url else None


def _is_daily(found: Figures) -> bool:
    return all((span.end - span.start).days == 1 for span in found.spans)


def _day(span: Span) -> str:
    return format_date(span.start, "d MMM", locale=words.language())


def _days(span: Span) -> str:
    first = format_date(span.start, "medium", locale=words.language())
    days = (span.end - span.start).days
    return first if days == 1 else _("%(days)s days from %(day)s") % {"days": days, "day": first}
