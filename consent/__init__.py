"""A self-hosted consent management service. `create_app` makes it."""

from consent.app import create_app

__all__ = ["create_app"]
