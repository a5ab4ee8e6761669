"""The formats an export can have. To add one: a module with a `FORMAT`, and its line here."""

from consent.exports.formats import csv, jsonl
from consent.exports.formats.base import Format

TABLE: tuple[Format, ...] = (csv.FORMAT, jsonl.FORMAT)

__all__ = ["TABLE", "Format"]
