"""WHAT LEAVES: records streamed to a file in one of several formats, with constant memory.

Rows are made once (`rows`), formats only write them. Begin with `run`.
"""

from consent.exports.formats import TABLE, Format
from consent.exports.run import Total, format_named, run

__all__ = ["TABLE", "Format", "Total", "format_named", "run"]
