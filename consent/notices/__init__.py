"""WHAT IS ASKED: a site's notice, drafted, then published as an immutable numbered version.

The digest of a version is taken over its canonical bytes (RFC 8785), with every text filled in, so
it fixes what was shown. Begin with `draft` and `publish`; read with `in_force` and `read`.
"""

from consent.notices import bulk, editing, importing, wording
from consent.notices.ask_again import AskAgain, newest
from consent.notices.contrast import ratio
from consent.notices.default import default_document
from consent.notices.diff import Change, diff
from consent.notices.document import (
    Category,
    Cookie,
    Notice,
    Options,
    Vendor,
    as_timedelta,
    from_document,
)
from consent.notices.drafts import (
    DraftChange,
    DraftFound,
    change_draft,
    checked_change,
    digest_of,
    draft_found,
    live_versions,
    pending_sites,
)
from consent.notices.lint import Finding, Rule, lint
from consent.notices.models import NoticeDraft, NoticePortrait, NoticeSchedule, NoticeVersion
from consent.notices.pictures import (
    TAKEN,
    Portrait,
    keep_portrait,
    picture,
    pictures,
    portrait,
    unpictured,
)
from consent.notices.publish import checked, completed, draft, drafted, publish
from consent.notices.rollback import roll_back
from consent.notices.schedule import publish_due, schedule, scheduled, unschedule
from consent.notices.verdict import Verdict, verdict
from consent.notices.versions import (
    Listed,
    Publication,
    Shown,
    all_published,
    asked,
    at,
    current,
    history,
    in_force,
    listed_since,
    published,
    published_or_refuse,
    read,
    shown,
)

__all__ = [
    "TAKEN",
    "AskAgain",
    "Category",
    "Change",
    "Cookie",
    "DraftChange",
    "DraftFound",
    "Finding",
    "Listed",
    "Notice",
    "NoticeDraft",
    "NoticePortrait",
    "NoticeSchedule",
    "NoticeVersion",
    "Options",
    "Portrait",
    "Publication",
    "Rule",
    "Shown",
    "Vendor",
    "Verdict",
    "all_published",
    "as_timedelta",
    "asked",
    "at",
    "bulk",
    "change_draft",
    "checked",
    "checked_change",
    "completed",
    "current",
    "default_document",
    "diff",
    "digest_of",
    "draft",
    "draft_found",
    "drafted",
    "editing",
    "from_document",
    "history",
    "importing",
    "in_force",
    "keep_portrait",
    "lint",
    "listed_since",
    "live_versions",
    "newest",
    "pending_sites",
    "picture",
    "pictures",
    "portrait",
    "publish",
    "publish_due",
    "published",
    "published_or_refuse",
    "ratio",
    "read",
    "roll_back",
    "schedule",
    "scheduled",
    "shown",
    "unpictured",
    "unschedule",
    "verdict",
    "wording",
]
