"""Roles and what each may do. A role says what a person is here for; an ability is one door.

A member may hold several roles, each on one site or on all; what they may do is the sum. Nobody
hands on more than they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ability(StrEnum):
    """One thing that staff may be allowed; also the scope of a token."""

    LOOK = "look"  # dashboard, notices, versions
    READ = "read"  # consent records, rights requests
    EXPORT = "export"  # take records away
    VERIFY = "verify"  # the evidence log and its tiles
    DRAFT = "draft"  # change what will be asked
    PUBLISH = "publish"  # ask it
    FULFIL = "fulfil"  # answer rights requests, erase, hold
    MANAGE = "manage"  # sites, staff, tokens, webhooks
    TRAIL = "trail"  # what staff did


class Role(StrEnum):
    """What a person is here for (contract, part 7)."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"


ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.VIEWER: frozenset({Ability.LOOK}),
    Role.AUDITOR: frozenset(
        {Ability.LOOK, Ability.READ, Ability.EXPORT, Ability.VERIFY, Ability.TRAIL}
    ),
    Role.EDITOR: frozenset({Ability.LOOK, Ability.DRAFT}),
    Role.PUBLISHER: frozenset({Ability.LOOK, Ability.DRAFT, Ability.PUBLISH}),
    Role.ADMIN: frozenset(Ability),
}


@dataclass(frozen=True)
class Grant:
    """A role on a site, or on all of them and on what lies outside any (`site_id` None)."""

    role: Role
    site_id: int | None = None


@dataclass(frozen=True)
class Rights:
    """What somebody may do, and where; `scopes` narrow it further."""

    grants: tuple[Grant, ...]
    scopes: frozenset[Ability] | None = None

    def may(self, ability: Ability, site_id: int | None = None) -> bool:
        """Say whether it is allowed on a site; without one, outside any site."""
        return ability in self.on(site_id)

    def on(self, site_id: int | None = None) -> frozenset[Ability]:
        """Return all that is allowed on a site, or outside any."""
        held = self._held(site_id)
        return held if self.scopes is None else held & self.scopes

    def sees(self, site_id: int) -> bool:
        """Say whether the site exists for this person at all."""
        return bool(self.on(site_id))

    def may_give(self, grant: Grant) -> bool:
        """Say whether a role may be handed on: by who manages there, and no more than theirs."""
        mine = self.on(grant.site_id)
        return Ability.MANAGE in mine and ABILITIES[grant.role] <= mine

    def _held(self, site_id: int | None) -> frozenset[Ability]:
        found: Iterable[frozenset[Ability]] = (
            ABILITIES[grant.role]
            for grant in self.grants
            if grant.site_id is None or grant.site_id == site_id
        )
        return frozenset().union(*found)


@dataclass(frozen=True)
class Principal:
    """Who asks: a staff member or a program, under the random id that stands in the log."""

    actor: str
    name: str
    rights: Rights
    member_id: int | None = None
    login_id: int | None = None
    email: str = ""
    language: str = "en"

    def may(self, ability: Ability, site_id: int | None = None) -> bool:
        """Say whether it is allowed on a site; without one, outside any site."""
        return self.rights.may(ability, site_id)
