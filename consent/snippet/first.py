"""A new site asks at once: the default notice, published, its snippet ready to embed."""

from sqlalchemy.orm import Session

from consent import notices
from consent.notices import NoticeVersion
from consent.sites import Site
from consent.snippet.core import Core
from consent.snippet.release import release


def first_notice(session: Session, site: Site, core: Core, public_url: str) -> NoticeVersion:
    """Publish the default notice of a site just created, and release its snippet."""
    document = notices.default_document(origin=site.origins[0], language=site.default_language)
    notices.draft(session, site, document)
    version = notices.publish(session, site, public_url)
    release(session, site, version, core, public_url)
    return version
