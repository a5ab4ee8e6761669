"""The cookie by HTTP, where the service is reached on the site's own host.

Some browsers keep a cookie that a script wrote for a week only, and pages without scripts have no
other way. Nothing is set for a page of another origin.
"""

from datetime import UTC, datetime

from flask import Response, request

from consent import notices
from consent.records import ConsentRecord, cookie
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers
from consent.web.services import services


def keep(response: Response, site: Site, record: ConsentRecord) -> Response:
    """Set the cookie of a decision just made."""
    if _is_own_host(site):
        with services().database.reading() as session:
            version = notices.published(session, site.id, record.notice_version)
        if version is not None:
            value = cookie.write(record, notices.read(version), _keys(site, record))
            _set(response, value, record.expires_at)
    return response


def keep_on(response: Response, site: Site, record: ConsentRecord) -> Response:
    """Set the browser's own cookie again, where it holds the decision in force."""
    value = request.cookies.get(cookie.NAME)
    remembered = cookie.read(value, exact=True)
    if _is_own_host(site) and remembered and remembered.record_id == str(record.id):
        _set(response, value, datetime.fromtimestamp(remembered.expires_at, UTC))
    return response


def _keys(site: Site, record: ConsentRecord) -> cookie.Keys:
    return cookie.Keys(
        subject=services().signer.sign(Purpose.SUBJECT, site.key, record.subject_id),
        history=answers.history_key(site, record.subject_id),
        receipt=answers.receipt_token(site, record),
    )


def _is_own_host(site: Site) -> bool:
    ours = services().settings.public_origin
    return site.has(ours) and request.headers.get("Origin", "").lower() == ours


def _set(response: Response, value: str | None, expires: datetime) -> None:
    if value is not None:
        secure = services().settings.public_url.startswith("https:")
        response.set_cookie(
            cookie.NAME, value, expires=expires, path="/", secure=secure, samesite="Lax"
        )
