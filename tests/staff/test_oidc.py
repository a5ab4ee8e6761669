"""Sign-in by an issuer: what it says counts when it holds in every part, and for one member."""

import hmac
from dataclasses import replace

import pytest
from joserfc.jwk import RSAKey

from consent import staff
from consent.config import Settings
from consent.errors import SignInRefusedError
from consent.staff import Flow, Issuer, Person
from consent.staff.oidc import Person as Named
from tests.staff.issuer import BACK, CLIENT, SECRET, issuing, joined


@pytest.fixture
def issuer():
    with issuing() as made:
        yield made


@pytest.fixture
def ours(issuer):
    return Issuer(
        Settings(oidc_issuer=issuer.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    )


def signed_in(ours, issuer, flow=None, **changed):
    flow = flow or Flow.new()
    answer = issuer.visit(ours.address(ours.discover(), flow, BACK))
    return ours.person({**answer, **changed}, flow, BACK)


def refused(ours, issuer, flow=None, **changed) -> str:
    with pytest.raises(SignInRefusedError) as caught:
        signed_in(ours, issuer, flow, **changed)
    return caught.value.why


@pytest.mark.parametrize("alg", ["RS256", "ES256", "Ed25519"])
def test_whoever_the_issuer_signs_for_is_named(ours, issuer, alg):
    issuer.alg = alg
    person = signed_in(ours, issuer)
    assert person == Named(f"{issuer.url} 248289761001", "ada@shop.example")
    assert [each.path for each in issuer.asked].count("/token") == 1


def test_a_secret_is_sent_the_way_the_issuer_takes_it_or_not_at_all(issuer):
    settings = Settings(oidc_issuer=issuer.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    issuer.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    signed_in(Issuer(settings), issuer)
    issuer._knows = lambda asked: (
        b"secret" not in asked.body and "Authorization" not in asked.headers
    )
    signed_in(Issuer(replace(settings, oidc_client_secret="")), issuer)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": ...}, {"nonce": ""},
        {"iss": "https://evil.example"}, {"iss": ...}, {"iss": ["x"]},
        {"aud": "another-client"}, {"aud": ...}, {"aud": []}, {"aud": 7},
        {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": 1}, {"exp": ...}, {"exp": "soon"}, {"exp": None},
        {"iat": ...}, {"iat": 99_999_999_999}, {"nbf": 99_999_999_999},
        {"sub": ...}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"sub": "a\nb"}, {"sub": "\0"},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(ours, issuer, claims):
    issuer.claims = claims
    assert refused(ours, issuer)


def none(_issuer, claims):
    return joined({"alg": "none"}, claims)


def none_in_capitals(_issuer, claims):
    return joined({"alg": "NoNe", "kid": "r1"}, claims)


def no_signature(_issuer, claims):
    return joined({"alg": "RS256", "kid": "r1"}, claims)


def by_public_key_as_secret(issuer, claims):
    """The classic: HS256 with the RSA public key, which everybody has, as the shared secret."""
    pem = issuer.keys["RS256"].as_pem(private=False)
    unsigned = joined({"alg": "HS256", "kid": "r1"}, claims).rpartition(".")[0]
    return f"{unsigned}.{_coded(hmac.digest(pem, unsigned.encode(), 'sha256'))}"


def by_clients_secret(_issuer, claims):
    unsigned = joined({"alg": "HS256"}, claims).rpartition(".")[0]
    return f"{unsigned}.{_coded(hmac.digest(SECRET.encode(), unsigned.encode(), 'sha256'))}"


def by_another_key(issuer, claims):
    from joserfc import jwt  # noqa: PLC0415 - one forger's tool

    key = RSAKey.generate_key(2048, {"kid": "r1"}, private=True)
    return jwt.encode({"alg": "RS256", "kid": "r1"}, claims, key)


def by_the_key_in_its_own_header(issuer, claims):
    from joserfc import jwt  # noqa: PLC0415 - one forger's tool

    key = RSAKey.generate_key(2048, private=True)
    header = {"alg": "RS256", "jwk": key.as_dict(private=False), "jku": "https://evil.example/"}
    return jwt.encode(header, claims, key)


def altered(issuer, claims):
    issuer.signs = None
    token = issuer._signed({"nonce": claims["nonce"]})
    head, _, tail = token.split(".")
    return f"{head}.{_coded(str(claims).encode())}.{tail}"


def no_token(_issuer, _claims):
    return None


def nonsense(_issuer, _claims):
    return "a.b.c"


def _coded(data: bytes) -> str:
    import base64  # noqa: PLC0415 - one forger's tool

    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "signs",
    [none, none_in_capitals, no_signature, by_public_key_as_secret, by_clients_secret,
     by_another_key, by_the_key_in_its_own_header, altered, no_token, nonsense],
)  # fmt: skip
def test_only_a_signature_by_a_key_of_the_issuer_counts(ours, issuer, signs):
    issuer.signs = signs
    assert refused(ours, issuer)


def test_keys_for_another_use_and_shared_secrets_among_the_keys_are_left_out(ours, issuer):
    issuer.keys["RS256"] = RSAKey.generate_key(2048, {"kid": "r1", "use": "enc"}, private=True)
    assert refused(ours, issuer)


def test_another_browsers_state_is_refused_before_anybody_is_asked(ours, issuer):
    flow = Flow.new()
    for state in ("another", "", "ä"):
        with pytest.raises(SignInRefusedError, match="did not work"):
            ours.person({"code": "x", "state": state}, flow, BACK)
    assert issuer.asked == []


def test_a_code_works_once_and_only_with_its_verifier(ours, issuer):
    flow = Flow.new()
    answer = issuer.visit(ours.address(ours.discover(), flow, BACK))
    ours.person(answer, flow, BACK)
    with pytest.raises(SignInRefusedError) as again:
        ours.person(answer, flow, BACK)
    assert again.value.why == "the issuer answered 400"
    stolen = issuer.visit(ours.address(ours.discover(), flow, BACK))
    thief = replace(flow, verifier="another")
    with pytest.raises(SignInRefusedError):
        ours.person(stolen, thief, BACK)


def test_another_issuers_answer_is_never_handed_to_this_one(ours, issuer):
    assert "another issuer" in refused(ours, issuer, iss="https://evil.example")
    assert "/token" not in [each.path for each in issuer.asked]
    flow = Flow.new()
    answer = issuer.visit(ours.address(ours.discover(), flow, BACK))
    del answer["iss"]
    with pytest.raises(SignInRefusedError):
        ours.person(answer, flow, BACK)
    issuer.metadata = {"authorization_response_iss_parameter_supported": False}
    assert ours.person(answer, flow, BACK).email == "ada@shop.example"


def test_an_error_or_no_code_is_refused(ours, issuer):
    assert refused(ours, issuer, error="access_denied") == "the issuer let nobody in"
    assert refused(ours, issuer, code="") == "the issuer let nobody in"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": 7},
        {"jwks_uri": None}, {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "http://169.254.169.254/token"}, {"jwks_uri": "http://10.0.0.1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)  # fmt: skip
def test_what_an_issuer_says_of_itself_is_checked(ours, issuer, metadata):
    issuer.metadata = metadata
    assert refused(ours, issuer)


def test_an_issuer_that_is_not_there_is_told():
    ours = Issuer(Settings(oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT))
    with pytest.raises(SignInRefusedError) as caught:
        ours.discover()
    assert "cannot be reached" in caught.value.why


@pytest.mark.parametrize("verified", [False, None, "true", 1, ...])
def test_an_address_counts_only_where_the_issuer_says_that_it_is_verified(ours, issuer, verified):
    issuer.claims = {"email_verified": verified}
    assert signed_in(ours, issuer).email is None


ISSUER = "https://login.example"


def of(subject, email="ada@shop.example"):
    return Named(f"{ISSUER} {subject}", email)


def test_the_first_time_the_address_leads_to_the_member_and_then_the_id_alone(session):
    ada = staff.create_member(session, Person("Ada", "ada@shop.example"), ())
    staff.create_member(session, Person("Noise", "noise@shop.example"), ())
    assert staff.member_of_person(session, of("1", "Ada@Shop.Example")) is ada
    assert staff.member_of_person(session, of("1", None)) is ada
    assert staff.member_of_person(session, of("1", "noise@shop.example")) is ada
    ada.email = "ada@elsewhere.example"
    assert staff.member_of_person(session, of("1")) is ada


def test_who_got_somebodys_old_address_does_not_get_their_login(session):
    staff.create_member(session, Person("Ada", "ada@shop.example"), ())
    staff.member_of_person(session, of("1"))
    with pytest.raises(SignInRefusedError) as caught:
        staff.member_of_person(session, of("2"))
    assert "another person" in caught.value.why


def test_nobody_is_made_and_who_is_shut_out_stays_out(session):
    for person in (of("1"), of("1", None), of("1", "\0"), of("1", "")):
        with pytest.raises(SignInRefusedError):
            staff.member_of_person(session, person)
    assert list(staff.members(session)) == []
    ada = staff.create_member(session, Person("Ada", "ada@shop.example"), ())
    staff.create_member(session, Person("Admin", "b@shop.example"), [staff.Grant(staff.Role.ADMIN)])
    staff.disable(session, ada)
    with pytest.raises(SignInRefusedError) as caught:
        staff.member_of_person(session, of("1"))
    assert (caught.value.why, ada.oidc_subject) == ("this member is shut out", None)
