"""Bytes to the first banner, and with the preference center: raw, gzip, brotli."""

import gzip
import json

import brotli

from consent import notices, snippet
from consent.demo import seed
from consent.snippet import Published


def run() -> None:
    """Measure the demo's own loader, with its notice inside."""
    text = (seed.FOLDER / "notice.json").read_text("utf-8")
    notice = notices.from_document(notices.completed(notices.checked(json.loads(text))))
    published = Published(
        seed.KEY, seed.NAME, "http://127.0.0.1:8000", 1, "sha256-" + "A" * 43 + "=", notice
    )
    loader, parts = snippet.bundle(published, snippet.core())
    center = next(part for part in parts if part.name.startswith("center."))
    text_en = next(part for part in parts if part.name.startswith("text.en."))
    listed = next(part for part in parts if part.name.startswith("list.en."))

    print("\nSnippet, with the demo's notice (bytes)")
    print(f"  {'':34}{'raw':>8}{'gzip':>8}{'brotli':>8}")
    _row("to the first banner (loader)", loader.body)
    _row("preference center", center.body)
    _row("all texts of one language", text_en.body)
    _row(f"list of {len(notice.cookies)} cookies", listed.body)
    _row("banner and center with its texts", loader.body, center.body, text_en.body)


def _row(label: str, *bodies: bytes) -> None:
    raw = sum(map(len, bodies))
    zipped = sum(len(gzip.compress(body, 9)) for body in bodies)
    small = sum(len(brotli.compress(body)) for body in bodies)
    print(f"  {label:34}{raw:>8}{zipped:>8}{small:>8}")
