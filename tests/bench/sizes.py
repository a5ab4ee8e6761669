"""Bytes of what a page loads, raw, gzip and brotli: each part, and what they come to."""

import gzip
import json
from dataclasses import replace

import brotli

from consent import clock, notices, paths, snippet
from consent.demo import seed
from consent.notices.schemas import CONSENT_MODES
from consent.snippet import Published
from consent.snippet.bundle import File


def run() -> None:
    """Measure the demo's own loader, with its notice inside, and its parts in English."""
    text = (seed.FOLDER / "notice.json").read_text("utf-8")
    notice = notices.from_document(notices.completed(notices.checked(json.loads(text))))
    loader, parts = snippet.bundle(_published(notice), snippet.core())
    center, page, words, listed = (
        _part(parts, stem) for stem in ("center.", "page.", "text.en.", "list.en.")
    )

    print("\nSnippet (bytes)")
    print(f"  {'':44}{'raw':>8}{'gzip':>8}{'brotli':>8}")
    print("  with a small notice, as the budget in package.json counts")
    _row("to the first banner (loader)", _sample())
    _row("banner and whole center", _sample(), center)
    print(f"  with the demo's notice: {len(notice.vendors)} companies")
    _row("to the first banner (loader)", loader)
    _row("the same with all consent modes", _with_modes(notice))
    _row("the same with the counter of banners shown", _counting(notice))
    _row("banner and whole center", loader, center)
    _row("center alone", center)
    _row("page part: frames, table, removals", page)
    _row("all texts of one language", words)
    _row(f"list of {len(notice.cookies)} cookies", listed)
    _row("all that there is", loader, center, page, words, listed)


def _sample() -> File:
    config = json.loads((paths.STATIC / "js" / "sample-config.json").read_text("utf-8"))
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    return File("loader.js", "", f"{snippet.core().loader}{text});".encode())


def _with_modes(notice: notices.Notice) -> File:
    options = replace(notice.options, consent_modes=CONSENT_MODES)
    return snippet.bundle(_published(replace(notice, options=options)), snippet.core())[0]


def _counting(notice: notices.Notice) -> File:
    options = replace(notice.options, count_shown=10)
    return snippet.bundle(_published(replace(notice, options=options)), snippet.core())[0]


def _published(notice: notices.Notice) -> Published:
    return Published(
        site_key=seed.KEY,
        site_name=seed.NAME,
        public_url="http://127.0.0.1:8000",
        version=1,
        digest="sha256-" + "A" * 43 + "=",
        notice=notice,
        created_at=clock.now(),
        since=(1,) * len(notice.cookies),
    )


def _part(parts: list[File], stem: str) -> File:
    return next(part for part in parts if part.name.startswith(stem))


def _row(label: str, *files: File) -> None:
    bodies = [file.body for file in files]
    raw = sum(map(len, bodies))
    zipped = sum(len(gzip.compress(body, 9)) for body in bodies)
    small = sum(len(brotli.compress(body)) for body in bodies)
    print(f"    {label:42}{raw:>8}{zipped:>8}{small:>8}")
