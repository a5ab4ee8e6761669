"""The formats an export can have. To add one: a module with a `FORMAT`, and its line here."""

from consent.exports.formats import csv, jsonl, parquet, xlsx
from consent.exports.formats.base import Facts, Format

TABLE: tuple[Format, ...] = (csv.FORMAT, jsonl.FORMAT, xlsx.FORMAT, parquet.FORMAT)

__all__ = ["TABLE", "Facts", "Format"]
