"""The WSGI app for servers that load it by name."""

from consent.app import create_app

app = create_app()
