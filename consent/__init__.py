"""A self-hosted consent management service. `create_app` makes it.

It is loaded when it is asked for: a site's own back end imports `consent.integrations` alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from consent.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name != "create_app":
        raise AttributeError(f"module 'consent' has no attribute {name!r}")
    return import_module("consent.app").create_app
