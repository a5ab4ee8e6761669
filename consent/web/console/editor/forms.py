"""What a form of the editor says, as an edit of the document. Pure of the database.

Saving and previewing read the same forms by the same functions: what one sees is what one keeps.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from consent.notices.editing import (
    Document,
    categories,
    cookies,
    look,
    options,
    regions,
    texts,
    vendors,
)
from consent.web import inputs

Form = MultiDict[str, str]
Edit = Callable[[Document], Document]


def category_texts(form: Form) -> Edit:
    """Return the edit of the page of categories: names, descriptions and order in a language."""
    language = form.get("language", "")
    keys = form.getlist("key")
    places = {key: _whole(form.get(f"order.{key}", "")) for key in keys}

    def edit(document: Document) -> Document:
        known = {each["key"] for each in document["categories"]}
        ordered = sorted(keys, key=lambda key: (places[key] is None, places[key] or 0))
        made = categories.order(document, ordered)
        for key in keys:
            if key not in known:
                continue
            name, text = form.get(f"name.{key}", ""), form.get(f"text.{key}", "")
            made = categories.describe(made, key, language, name=name, text=_lines(text))
        return made

    return edit


def cookie(form: Form, place: int | None) -> Edit:
    """Return the edit of one cookie."""
    values = {
        "name": form.get("name", "").strip(),
        "match": "prefix" if form.get("match") else "exact",
        "storage": form.get("storage", ""),
        "host": form.get("host", "").strip(),
        "party": form.get("party", ""),
        "duration": _duration(form),
        "category": form.get("category", ""),
        "vendor": form.get("vendor") or None,
        "purpose": {
            key.removeprefix("purpose."): _lines(text)
            for key, text in form.items()
            if key.startswith("purpose.") and text.strip()
        },
    }
    return lambda document: cookies.put(document, place, values)


def vendor(form: Form, key: str | None) -> Edit:
    """Return the edit of one vendor."""
    values = {
        "key": form.get("key", "").strip(),
        "name": form.get("name", "").strip(),
        "policy_url": form.get("policy_url", "").strip(),
        "hosts": re.split(r"[\s,;]+", form.get("hosts", "").strip()) if form.get("hosts") else [],
        "categories": form.getlist("categories"),
        "bases": form.getlist("bases"),
    }
    values["hosts"] = [each for each in values["hosts"] if each]
    return lambda document: vendors.put(document, key, values)


def some_texts(form: Form) -> Edit:
    """Return the edit of a page of texts."""
    language = form.get("language", "")
    given = {
        key.removeprefix("text."): _lines(text)
        for key, text in form.items()
        if key.startswith("text.")
    }
    return lambda document: texts.set_texts(document, language, given)


def a_look(form: Form) -> Edit:
    """Return the edit of the page of the look."""
    tokens = {name: form.get(name, "").strip() for name in look.TOKENS if name in form}
    logos = {name: form.get(name, "") for name in ("logo_url", "logo_dark_url")}
    layout = form.get("layout", "")
    return lambda document: look.set_look(document, tokens, layout, logos)


def rules(form: Form) -> Edit:
    """Return the edit of the page of regions; a rule without a place is one taken away."""
    found = []
    for number in form.getlist("rule"):
        if not form.get(f"match.{number}", "").strip():
            continue
        models = {
            key.removeprefix(f"model.{number}."): model
            for key, model in form.items()
            if key.startswith(f"model.{number}.") and model
        }
        rule: dict[str, Any] = {
            "match": regions.places(form.get(f"match.{number}", "")),
            "model": form.get(f"model.{number}", ""),
            "gpc": "apply" if form.get(f"gpc.{number}") else "ignore",
        }
        place = _whole(form.get(f"order.{number}", ""))
        found.append(
            (place if place is not None else 9999, rule | ({"models": models} if models else {}))
        )
    found.sort(key=lambda each: each[0])
    return lambda document: regions.set_regions(document, [rule for _place, rule in found])


def some_options(form: Form) -> Edit:
    """Return the edit of the page of options."""
    urls = {
        key.removeprefix("policy_url."): text.strip()
        for key, text in form.items()
        if key.startswith("policy_url.") and text.strip()
    }
    share = form.get("count_shown", "").strip()
    chosen: Mapping[str, Any] = {
        "vendor_choices": bool(form.get("vendor_choices")),
        "reopen_button": form.get("reopen_button") or None,
        "powered_by": form.get("powered_by", "").strip() or None,
        "policy_urls": urls,
        "policy_new_tab": bool(form.get("policy_new_tab")),
        "consent_modes": form.getlist("consent_modes"),
        "count_shown": share if share and _whole(share) is None else _whole(share),
    }
    return lambda document: options.set_options(
        document,
        options=chosen,
        expiry={name: form.get(name, "").strip() for name in ("granted", "refused")},
        policy_url=form.get("policy_url", "").strip(),
        default_language=form.get("default_language", ""),
    )


def edit_of(form: Form) -> Edit | None:
    """Return the edit of a whole form that is previewed, or None where it holds none."""
    place, key = _whole(form.get("place", "")), form.get("old_key") or None
    made: Mapping[str, Callable[[], Edit]] = {
        "categories": lambda: category_texts(form),
        "cookie": lambda: cookie(form, place),
        "vendor": lambda: vendor(form, key),
        "texts": lambda: some_texts(form),
        "look": lambda: a_look(form),
        "regions": lambda: rules(form),
        "options": lambda: some_options(form),
    }
    part = form.get("part", "")
    return made[part]() if part in made else None


def _duration(form: Form) -> str:
    return "session" if form.get("is_session") else form.get("duration", "").strip().upper()


def _lines(text: str) -> str:
    """Return a text of several lines as it is kept: a browser sends them with carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _whole(text: str) -> int | None:
    return inputs.whole(text.strip(), 6)
