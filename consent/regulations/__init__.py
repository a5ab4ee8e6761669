"""HOW IT MUST BE ASKED: which consent model holds in a region, as pure functions of plain values.

Where nothing is known the strictest model holds. Begin with `rule_for`.
"""

from consent.regulations.regions import (
    EEA,
    REGION,
    Model,
    Rule,
    differ,
    expand,
    is_region,
    rule_for,
)

__all__ = ["EEA", "REGION", "Model", "Rule", "differ", "expand", "is_region", "rule_for"]
