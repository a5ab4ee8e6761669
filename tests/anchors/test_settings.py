"""Settings of anchors: nonsense stops the start, what is away does not."""

import importlib.util

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent import anchors, config
from consent.config import Settings
from consent.errors import SettingError
from tests.anchors.servers import AWitness

# A key of its own would give the tests other names in each process.
VKEY = AWitness({}, key=Ed25519PrivateKey.from_private_bytes(b"\7" * 32)).verifier.vkey


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(config.os.environ):
        if name.startswith(config.PREFIX):
            monkeypatch.delenv(name)


def load(monkeypatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"CONSENT_{name}", value)
    return config.load()


def test_without_settings_nothing_is_laid_down():
    assert anchors.targets(Settings()) == ()


def test_each_setting_is_a_target(monkeypatch, tmp_path):
    loaded = load(
        monkeypatch,
        ANCHOR_FOLDER=str(tmp_path),
        ANCHOR_GIT=str(tmp_path),
        ANCHOR_WEBHOOK="https://hooks.example/token",
        WITNESSES=f"https://w.example/a/={VKEY}, http://[::1]:8080={VKEY}",
        TIMESTAMP_URL="https://tsa.example/tsr",
        TIMESTAMP_HOURS="6",
    )
    found = anchors.targets(loaded)
    assert [each.kind for each in found] == [
        "file",
        "git",
        "webhook",
        "witness",
        "witness",
        "timestamp",
    ]
    assert [each.url for each in found[3:5]] == ["https://w.example/a", "http://[::1]:8080"]
    assert found[5].every.total_seconds() == 6 * 3600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANCHOR_WEBHOOK", "hooks.example"),
        ("ANCHOR_WEBHOOK", "ftp://hooks.example"),
        ("ANCHOR_WEBHOOK", "https://user:planted@hooks.example"),
        ("ANCHOR_WEBHOOK_SECRET", "planted"),
        ("ANCHOR_WEBHOOK_SECRET", "whsec_cGxhbnRlZA=="),
        ("ANCHOR_WEBHOOK_SECRET", "whsec_planted-is-no-base64-but-long-enough"),
        ("ANCHOR_GIT_PUSH", "yes"),
        ("WITNESSES", "https://w.example"),
        ("WITNESSES", VKEY),
        ("WITNESSES", f"w.example={VKEY}"),
        ("WITNESSES", f"https://w.example={VKEY[:-1]}"),
        ("WITNESSES", f"https://w.example={VKEY},nonsense"),
        ("TIMESTAMP_URL", "tsa.example"),
        ("TIMESTAMP_HOURS", "0"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_its_variable(monkeypatch, name, value):
    with pytest.raises(SettingError, match=f"CONSENT_{name}") as refused:
        load(monkeypatch, **{name: value})
    assert "planted" not in refused.value.message


def test_a_key_that_does_not_fit_its_id_stops_the_worker(monkeypatch):
    wrong = VKEY.replace("/w1", "/w2")
    with pytest.raises(SettingError, match="CONSENT_WITNESSES"):
        anchors.targets(load(monkeypatch, WITNESSES=f"https://w.example={wrong}"))


def test_a_missing_library_stops_the_start_only_where_it_is_needed(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert load(monkeypatch)
    with pytest.raises(SettingError, match=r"CONSENT_TIMESTAMP_URL.*consent-service\[timestamps\]"):
        load(monkeypatch, TIMESTAMP_URL="https://tsa.example/")


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_roots_that_are_none_stop_the_worker(monkeypatch, tmp_path, content):
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_bytes(content)
    loaded = load(monkeypatch, TIMESTAMP_URL="https://t.example/", TIMESTAMP_ROOTS=str(path))
    with pytest.raises(SettingError, match="CONSENT_TIMESTAMP_ROOTS"):
        anchors.targets(loaded)


def test_secrets_stand_in_no_repr():
    made = Settings(anchor_webhook="https://h.example/planted", anchor_webhook_secret="planted")
    assert "planted" not in repr(made)
    assert "planted" not in repr(anchors.targets(made))
