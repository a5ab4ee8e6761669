"""THE CONSOLE: pages for staff. To add one: a door here, templates and scripts of the same name.

Every door names the ability it needs (`guards.staff`); every change is noted in its transaction.
"""

from flask import Flask

from consent.web.console import (
    account,
    dashboard,
    deliveries,
    editor,
    embed,
    exports,
    frame,
    holds,
    ledger,
    login,
    members,
    oidc,
    people,
    preview,
    publishing,
    records,
    rights,
    schedules,
    sites,
    subject_key,
    tokens,
    trail,
    versions,
    webhooks,
)

DOORS = (
    login.door,
    oidc.door,
    sites.door,
    editor.door,
    preview.door,
    embed.door,
    account.door,
    members.door,
    tokens.door,
    trail.door,
    webhooks.door,
    deliveries.door,
    rights.door,
    people.door,
    holds.door,
    subject_key.door,
    records.door,
    dashboard.door,
    exports.door,
    schedules.door,
    ledger.door,
    publishing.door,
    versions.door,
)


def register(app: Flask) -> None:
    """Hang the console's doors into the app."""
    frame.register(app)
    for door in DOORS:
        app.register_blueprint(door)
