"""The regulator pack: one zip that explains a log, proves it and brings the means to check it.

`whole` is that of a site or of a period, `person` that of somebody's own decisions. Both are
written from front to back with constant memory, and every member is named in the manifest.
"""

from consent.exports.pack import person, whole

__all__ = ["person", "whole"]
