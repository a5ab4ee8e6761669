"""Who a page is asked as: a browser at a desk, one on a phone, a search engine's robot."""

from collections.abc import Mapping

_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DESK = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36",
    "Accept": _PAGE,
    "Accept-Language": "en-GB,en;q=0.9",
    "Accept-Encoding": "gzip, br",
}
PHONE = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Accept": "*/*",
    "Accept-Language": "de-DE,de;q=0.9",
    "Accept-Encoding": "br",
}
ROBOT = {
    "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
}
AGENTS: Mapping[str, Mapping[str, str]] = {"a desktop": DESK, "a phone": PHONE, "a robot": ROBOT}
