"""Every way to fail, as one shallow tree. Codes are for programs and never change.

The message is for a person and says what to do. Doors turn these into problem documents
(RFC 9457) or pages; commands print them. Nothing else in the service builds an error answer.
"""

from collections.abc import Iterable, Mapping
from typing import Any


class ConsentError(Exception):
    """Something went wrong that the caller can understand."""

    status = 500
    code = "internal"

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class MalformedError(ConsentError):
    """The request cannot be read at all."""

    status = 400
    code = "malformed"


class OriginNotAllowedError(ConsentError):
    """The page asking does not belong to the site."""

    status = 403
    code = "origin_not_allowed"


class FormRefusedError(ConsentError):
    """A form came from another page than ours, or too late."""

    status = 403
    code = "form_refused"


class LoginNeededError(ConsentError):
    """Nobody is logged in, or the login has ended; programs bring a token."""

    status = 401
    code = "login_needed"


class NotAllowedError(ConsentError):
    """Somebody is known, and may not do this."""

    status = 403
    code = "not_allowed"


class SignInRefusedError(ConsentError):
    """An issuer's word on who signs in does not hold; `why` is for the trail, not for them."""

    status = 403
    code = "sign_in_refused"

    def __init__(self, why: str) -> None:
        super().__init__("Signing in did not work: try again, or ask an administrator.")
        self.why = why


class StaleFormError(ConsentError):
    """A form of the console without its token, or with one of another login."""

    status = 400
    code = "stale_form"


class NotFoundError(ConsentError):
    """No such thing, or not for you: one shape for both."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        super().__init__(message)


class ConflictError(ConsentError):
    """The same event id was used before with another body."""

    status = 409
    code = "event_conflict"


class OtherPersonError(ConsentError):
    """A browser's choice is another person's than the one the site names."""

    status = 409
    code = "other_person"

    def __init__(self) -> None:
        super().__init__("The choice in this browser is another person's: ask again.")


class DraftChangedError(ConsentError):
    """Somebody else has changed this part of the draft meanwhile; nothing was kept.

    `theirs` is the draft as it stands, `yours` what it would be with your change on top.
    """

    status = 409
    code = "draft_changed"

    def __init__(self, theirs: Mapping[str, object], yours: Mapping[str, object]) -> None:
        super().__init__("Somebody else has changed this part meanwhile: look at both, then save.")
        self.theirs = theirs
        self.yours = yours


class NotCountedError(ConsentError):
    """The notice does not count how often its banner is shown."""

    status = 409
    code = "not_counted"


class ClosedError(ConsentError):
    """A rights request was answered already, or cannot be answered in this way."""

    status = 409
    code = "closed"


class HeldError(ConsentError):
    """What should be erased is under a legal hold; the sentence names it."""

    status = 409
    code = "held"


class NotPlacedError(ConsentError):
    """What should be erased has no place in the log yet, so no leaf can name it."""

    status = 503
    code = "not_placed"

    def __init__(self, log_ids: Iterable[int]) -> None:
        super().__init__(
            "Some of these rows have no place in the log yet: try again in a second.", retry_after=1
        )
        self.log_ids = tuple(log_ids)


class TooLargeError(ConsentError):
    """The body is over the limit."""

    status = 413
    code = "too_large"


class UnsupportedTypeError(ConsentError):
    """The body's type is not one we read."""

    status = 415
    code = "unsupported_type"


class InvalidFieldsError(ConsentError):
    """Fields are wrong; `fields` names each one with what to do about it."""

    status = 422
    code = "invalid_fields"

    def __init__(self, fields: Mapping[str, object]) -> None:
        super().__init__("Some fields are wrong. See `fields` for each of them.")
        self.fields = fields

    def __str__(self) -> str:
        """Return a sentence that names each field, for a terminal."""
        return "This cannot be: " + _sentences(self.fields)


class TooManyError(ConsentError):
    """More requests than one network may send."""

    status = 429
    code = "too_many"


class NotDurableError(ConsentError):
    """The decision could not be stored durably; nothing was kept."""

    status = 503
    code = "not_durable"

    def __init__(self, message: str = "This could not be stored. Send it again soon.") -> None:
        super().__init__(message, retry_after=5)


class ProofError(ConsentError):
    """A proof, a signature or a log does not hold; the sentence says where."""

    code = "not_proved"


class LogForkedError(ConsentError):
    """A log does not continue what was signed of it; nothing more is signed."""

    code = "log_forked"


class LedgerKeyError(ConsentError):
    """No key that may sign a log is at hand; nothing more is signed."""

    code = "ledger_key"


class EpochError(ConsentError):
    """A log goes on by itself and needs no new epoch; it was left as it is."""

    status = 409
    code = "no_new_epoch"


class SettingError(ConsentError):
    """A setting has no sensible value; the start stops with this sentence."""

    code = "bad_setting"


class NoticeError(ConsentError):
    """A notice file cannot be used; `problems` names each place."""

    status = 422
    code = "invalid_notice"

    def __init__(self, problems: Mapping[str, object]) -> None:
        super().__init__("The notice cannot be used: " + _sentences(problems))
        self.problems = problems


class NoticeRefusedError(InvalidFieldsError):
    """The linter refuses a notice; `fields` names each place, `rules` what may be overridden."""

    code = "notice_refused"

    def __init__(self, findings: Iterable[Any]) -> None:
        self.findings = tuple(findings)
        self.rules = tuple(dict.fromkeys(each.rule for each in self.findings))
        places: dict[str, list[str]] = {}
        for each in self.findings:
            sentence = f"{each.message} ({each.rule}; {each.source})"
            places.setdefault(".".join(map(str, each.path)), []).append(sentence)
        super().__init__(places)
        self.message = (
            "This notice is not published. See `fields` for each place that has to change, or give "
            f"a written reason for each rule that is to be overridden: {', '.join(self.rules)}."
        )

    def __str__(self) -> str:
        """Return a sentence that names each place, for a terminal."""
        return f"{self.message} {_sentences(self.fields)}"


class ExportStateError(ConsentError):
    """An export is not in the state for this: unfinished, ended, expired, or lying elsewhere."""

    status = 409
    code = "export_state"


class ExportFailedError(ConsentError):
    """An export came to nothing; no half file is kept. The sentence says what to do."""

    code = "export_failed"


class SiteExistsError(ConsentError):
    """A site with this key is there already."""

    status = 409
    code = "site_exists"


class SnippetMissingError(ConsentError):
    """The built snippet is not where it should be."""

    status = 503
    code = "snippet_missing"


class BackupError(ConsentError):
    """A backup cannot be made or restored; the sentence says what to do."""

    code = "backup_failed"


class BackupDamagedError(BackupError):
    """A backup is cut short or was altered; `member` is the part in which it shows."""

    code = "backup_damaged"

    def __init__(self, member: str, problem: str) -> None:
        super().__init__(
            f"The backup is damaged at {member}: {problem}. Nothing was restored; use another one."
        )
        self.member = member


class TargetNotEmptyError(BackupError):
    """There is something where a backup should be restored; it was left as it is."""

    code = "target_not_empty"


class ToolError(BackupError):
    """A program of the database is missing or too old."""

    code = "tool_missing"


def _sentences(problems: Mapping[str, object], prefix: str = "") -> str:
    parts = []
    for name, problem in problems.items():
        path = f"{prefix}{name}"
        if isinstance(problem, Mapping):
            parts.append(_sentences(problem, f"{path}."))
        elif isinstance(problem, list):
            parts.append(f"{path}: {' '.join(str(item) for item in problem)}")
        else:
            parts.append(f"{path}: {problem}")
    return "; ".join(parts)
