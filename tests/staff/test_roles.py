"""Roles and scopes: nobody hands on more than they have, whatever the combination."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import InvalidFieldsError, NotAllowedError
from consent.staff import ABILITIES, Ability, Grant, Order, Principal, Rights, Role, create_token

SITES = st.sampled_from([None, 1, 2])
GRANTS = st.builds(Grant, st.sampled_from(Role), SITES)
RIGHTS = st.builds(
    Rights,
    st.lists(GRANTS, max_size=4).map(tuple),
    st.none() | st.frozensets(st.sampled_from(Ability)),
)


@given(RIGHTS, GRANTS)
def test_what_is_handed_on_is_never_more_than_what_one_has(rights, grant):
    if rights.may_give(grant):
        given_away = Rights((grant,))
        for site_id in (None, 1, 2):
            assert given_away.on(site_id) <= rights.on(site_id)


@given(RIGHTS, SITES)
def test_scopes_only_narrow(rights, site_id):
    whole = Rights(rights.grants)
    assert rights.on(site_id) <= whole.on(site_id)


@given(st.lists(GRANTS, max_size=4).map(tuple))
def test_a_role_on_one_site_says_nothing_about_another_or_what_lies_outside(grants):
    on_one = Rights(tuple(Grant(each.role, 1) for each in grants))
    assert on_one.on(2) == frozenset()
    assert on_one.on(None) == frozenset()
    assert not on_one.sees(2)


def test_an_auditor_changes_nothing():
    changing = {Ability.DRAFT, Ability.PUBLISH, Ability.FULFIL, Ability.MANAGE}
    assert not ABILITIES[Role.AUDITOR] & changing


def test_a_token_above_its_makers_role_is_refused(session, demo):
    editor = Principal("m_x", "Ed", Rights((Grant(Role.EDITOR, demo.site.id),)))
    local = Principal("m_y", "Al", Rights((Grant(Role.ADMIN, demo.site.id),)))
    with pytest.raises(NotAllowedError):
        create_token(session, Order("x", Role.VIEWER, demo.site.id), editor, "m_x")
    with pytest.raises(NotAllowedError):
        create_token(session, Order("x", Role.ADMIN), local, "m_y")
    made, token = create_token(session, Order("x", Role.ADMIN, demo.site.id), local, "m_y")
    assert token.startswith("consent_")
    assert token.encode() not in made.token_hash


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"], ids=repr)
def test_a_token_says_what_it_is_for(session, name):
    with pytest.raises(InvalidFieldsError):
        create_token(session, Order(name, Role.ADMIN), None, "somebody")
