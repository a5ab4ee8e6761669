"""Kinds of fields: texts of a pattern, truths and moments as bodies and addresses say them."""

import re
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields


class Pattern:
    """A regular expression over the whole text, published in ECMA form in the API description."""

    def __init__(self, expression: str, advice: str) -> None:
        self.compiled = re.compile(expression)
        self.advice = advice

    def __call__(self, value: str) -> None:
        """Refuse a text that does not match from its first to its last character."""
        if not self.compiled.fullmatch(value):
            raise ValidationError(self.advice)

    def published(self) -> str:
        """Return the pattern as it stands in the API description."""
        return f"^(?:{self.compiled.pattern})$"


def text(expression: str, advice: str, **more: Any) -> fields.String:
    """Return a field for texts that match a pattern as a whole."""
    check = Pattern(expression, advice)
    return fields.String(validate=check, metadata={"pattern": check.published()}, **more)


class Truth(fields.Boolean):
    """JSON's true or false, and nothing that merely counts as one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Moment(fields.Field[date]):
    """A day such as 2026-11-30, or a moment in RFC 3339; UTC where no zone is said."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        text = value if isinstance(value, str) and value.isascii() and len(value) < 40 else ""
        try:
            read = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            read = date.min
        if not 1970 <= read.year < 9999:
            raise ValidationError("Use a day such as 2026-11-30, or 2026-11-30T10:00:00Z.")
        if isinstance(read, datetime):
            read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
        return read


class YesOrNo(fields.Field[bool]):
    """A truth as an address says it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if value not in {"yes", "no"}:
            raise ValidationError("Say yes or no.")
        return bool(value == "yes")
