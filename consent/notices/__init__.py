"""WHAT IS ASKED: a site's notice, drafted, then published as an immutable numbered version.

The digest of a version is taken over its canonical bytes (RFC 8785), with every text filled in, so
it fixes what was shown. Begin with `draft` and `publish`; read with `in_force` and `read`.
"""

from consent.notices import wording
from consent.notices.default import default_document
from consent.notices.document import (
    Category,
    Cookie,
    Notice,
    Options,
    Vendor,
    as_timedelta,
    from_document,
)
from consent.notices.models import NoticeDraft, NoticeVersion
from consent.notices.publish import checked, completed, draft, publish
from consent.notices.versions import (
    Listed,
    Shown,
    all_published,
    current,
    in_force,
    listed_since,
    published,
    published_or_refuse,
    read,
    shown,
)

__all__ = [
    "Category",
    "Cookie",
    "Listed",
    "Notice",
    "NoticeDraft",
    "NoticeVersion",
    "Options",
    "Shown",
    "Vendor",
    "all_published",
    "as_timedelta",
    "checked",
    "completed",
    "current",
    "default_document",
    "draft",
    "from_document",
    "in_force",
    "listed_since",
    "publish",
    "published",
    "published_or_refuse",
    "read",
    "shown",
    "wording",
]
