"""A published version as a visitor met it: its words and lists, by language and place."""

from dataclasses import dataclass

from consent import regulations
from consent.notices import Notice, wording
from consent.regulations import Model
from consent.web.console.words import N_, _

MODELS = {
    Model.OPT_IN: N_("asked first: off until somebody agrees"),
    Model.OPT_OUT: N_("on until somebody refuses"),
    Model.NOTICE_ONLY: N_("told, not asked"),
}
BUTTONS = ("accept_all", "reject_all", "open_center")


@dataclass(frozen=True)
class EntryView:
    """An entry of the cookie table, in words."""

    name: str
    kind: str
    provider: str
    host: str
    purpose: str
    duration: str


@dataclass(frozen=True)
class CategoryView:
    """A category: what it is said to be for, which model holds, what it lists."""

    key: str
    name: str
    text: str
    model: str
    entries: tuple[EntryView, ...]
    companies: tuple[str, ...]


@dataclass(frozen=True)
class Banner:
    """The first layer."""

    language: str
    direction: str
    title: str
    text: str
    buttons: tuple[str, ...]
    policy: str
    policy_url: str


def banner(notice: Notice, language: str) -> Banner:
    """Return the words of the first layer in a language."""
    texts = notice.texts(language)
    served = notice.language(language)
    return Banner(
        language=served,
        direction=wording.direction(served),
        title=texts["banner_title"],
        text=texts["banner_text"],
        buttons=tuple(texts[key] for key in BUTTONS),
        policy=texts["policy_link"],
        policy_url=notice.policy_url(language),
    )


def categories(
    notice: Notice, language: str, region: str | None, site_name: str
) -> tuple[CategoryView, ...]:
    """Return all categories as they held where a visitor was."""
    rule = regulations.rule_for(notice.rules, region)
    texts = notice.texts(language)
    return tuple(
        CategoryView(
            key=each.key,
            name=texts[f"category_{each.key}_name"],
            text=texts[f"category_{each.key}_text"],
            model=_("always on") if each.locked else _(MODELS[rule.model_of(each.key)]),
            entries=tuple(
                EntryView(
                    name=wording.shown_name(cookie),
                    kind=texts[f"storage_{cookie.storage}"],
                    provider=wording.provider(cookie, notice, site_name),
                    host=cookie.host,
                    purpose=wording.purpose(cookie, notice, language),
                    duration=wording.lasting(cookie, notice, language),
                )
                for cookie in notice.cookies
                if cookie.category == each.key
            ),
            companies=tuple(
                vendor.name for vendor in notice.vendors if each.key in vendor.categories
            ),
        )
        for each in notice.categories
    )
