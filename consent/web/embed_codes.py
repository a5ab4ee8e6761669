"""What a site embeds: the tags, their integrity, the stub; for the console and the API alike."""

from dataclasses import dataclass
from html import escape

from consent import notices, sites, snippet
from consent.sites import Site
from consent.web.services import services


@dataclass(frozen=True)
class Codes:
    """What a site embeds. `stub` is empty where the site chose no consent mode."""

    tag: str
    frozen_tag: str
    integrity: str
    stub: str
    stub_source: str
    loader_url: str
    hosted_url: str
    own_path: str
    version: int


def codes_of(site: Site) -> Codes:
    """Return what a site embeds; its newest release is made where the code is newer than it."""
    core, public_url = snippet.core(), services().settings.public_url
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
        loader = snippet.released(session, site, version, core, public_url)
    if loader is None:
        with services().database.transaction() as session:
            fresh = sites.find(session, site.key)
            loader = snippet.release(session, fresh, version, core, public_url)
    base = f"{public_url}/v1/sites/{site.key}/"
    modes = notices.read(version).options.consent_modes
    digest = snippet.integrity(loader.body)
    own_host = f"{site.origins[0]}/consent/v1/sites/{site.key}/loader.js"
    return Codes(
        tag=_tag(f"{base}loader.js"),
        frozen_tag=_tag(base + loader.name, digest),
        integrity=digest,
        stub=f"<script>{snippet.stub(modes)}</script>" if modes else "",
        stub_source=snippet.stub_source(modes) if modes else "",
        loader_url=f"{base}loader.js",
        hosted_url=f"{public_url}/privacy/{site.key}",
        own_path=_tag(own_host),
        version=version.version,
    )


def _tag(address: str, digest: str = "") -> str:
    whole = f' integrity="{digest}" crossorigin' if digest else ""
    return f'<script src="{escape(address)}"{whole} async></script>'
