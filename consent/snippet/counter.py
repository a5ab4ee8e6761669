"""The counter of banners shown: a script in the loader of sites that switched it on, and no other.

What it reports has no identifier; `static/js/snippet/shown/main.js` says when it does.
"""

from consent.notices import Notice


def chosen(notice: Notice, url: str, version: int) -> list[str | int]:
    """Return where to report, of which version, and of how many in a hundred; empty where nothing.

    A preview has no version, and counts nothing.
    """
    percent = notice.options.count_shown
    return [url, version, percent] if percent is not None and version else []
