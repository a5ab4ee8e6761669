"""Consent modes: what tags of Google and Microsoft are told in their own words.

The loader of a site that chose one says "denied" before all else in it. A page whose loader is
asynchronous says it by an inline stub; both say the same (`static/js/snippet/modes/main.js`).
"""

from collections.abc import Iterable

from consent import ledger
from consent.notices import Notice

# By these hosts of the notice the companies behind a mode are known: one of them refused is
# refused there, too.
HOSTS = {
    "google": (
        "googletagmanager.com",
        "google-analytics.com",
        "googleadservices.com",
        "googlesyndication.com",
        "doubleclick.net",
    ),
    "uet": ("bat.bing.com",),
    "clarity": ("clarity.ms",),
}

_QUEUE = "if(!Object.hasOwn(window,'consent'))window.consent={q:[]};"
_DENIED = {
    "google": (
        "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
        "gtag('consent','default',{ad_storage:'denied',ad_user_data:'denied',"
        "ad_personalization:'denied',analytics_storage:'denied',functionality_storage:'denied',"
        "personalization_storage:'denied',security_storage:'granted',wait_for_update:500});"
        "gtag('set','ads_data_redaction',true);"
    ),
    "uet": ("window.uetq=window.uetq||[];uetq.push('consent','default',{ad_storage:'denied'});"),
    "clarity": (
        "window.clarity=window.clarity||function(){(clarity.q=clarity.q||[]).push(arguments)};"
        "clarity('consentv2',{ad_Storage:'denied',analytics_Storage:'denied'});"
    ),
}


def chosen(notice: Notice) -> dict[str, dict[str, list[str]]]:
    """Return the modes a site chose: for each category the vendors behind the mode."""
    return {mode: _vendors(notice, HOSTS[mode]) for mode in notice.options.consent_modes}


def stub(modes: Iterable[str]) -> str:
    """Return the inline script for the head of a page: early calls are queued, all is denied."""
    return _QUEUE + "".join(_DENIED[mode] for mode in modes)


def stub_source(modes: Iterable[str]) -> str:
    """Return what a Content-Security-Policy calls the stub (CSP Level 3, hash-source)."""
    return f"'sha256-{ledger.digest(stub(modes).encode())}'"


def _vendors(notice: Notice, hosts: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for vendor in notice.vendors:
        if any(_lies_below(host, name) for host in vendor.hosts for name in hosts):
            for category in vendor.categories:
                found.setdefault(category, []).append(vendor.key)
    return found


def _lies_below(host: str, name: str) -> bool:
    bare = host.lower().lstrip("*.").partition(":")[0]
    return bare == name or bare.endswith(f".{name}")
