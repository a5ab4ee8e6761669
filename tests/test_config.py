"""Settings: nonsense stops the start and names its variable; secrets stay secret."""

import base64
import stat

import pytest
from click.testing import CliRunner

from consent import config
from consent.cli import group
from consent.config import Settings
from consent.errors import SettingError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    for name in list(config.os.environ):
        if name.startswith(config.PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONSENT_STATE_DIR", str(tmp_path / "state"))


def test_everything_has_a_default():
    loaded = config.load()
    assert loaded.database_url == "sqlite:///var/consent.db"
    assert (loaded.public_url, loaded.bind) == ("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert (loaded.workers, loaded.threads, loaded.trusted_proxies) == (1, 32, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "consent.example"),
        ("PUBLIC_URL", "ftp://consent.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://consent.example?x=1"),
        ("PUBLIC_URL", "https://consent.example#x"),
        ("BIND", "8000"),
        ("BIND", "127.0.0.1"),
        ("BIND", "127.0.0.1:99999"),
        ("BIND", "127.0.0.1:http"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "consent.db"),
        ("DATABASE_URL", "postgresql+psycopg://host:notaport/x"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("THREADS", "-1"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "yes"),
        ("DECISIONS_PER_MINUTE", "-5"),
        ("SECRET_KEYS", "short"),
        ("SECRET_KEYS", "a-key-of-sufficient-length,short"),
        ("LEDGER_KEY", "not base64!"),
        ("LEDGER_KEY", base64.b64encode(b"too short").decode()),
        ("REDIS_URL", "nonsense"),
        ("REGION_HEADER", "CF IPCountry:"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"CONSENT_{name}", value)
    with pytest.raises(SettingError, match=f"CONSENT_{name}"):
        config.load()


def test_all_wrong_variables_are_named_at_once(monkeypatch):
    monkeypatch.setenv("CONSENT_BIND", "x")
    monkeypatch.setenv("CONSENT_WORKERS", "0")
    with pytest.raises(SettingError, match=r"CONSENT_BIND.*CONSENT_WORKERS"):
        config.load()


def test_a_refusal_never_repeats_a_secret(monkeypatch):
    monkeypatch.setenv("CONSENT_DATABASE_URL", "mysql://user:planted-password@host/db")
    monkeypatch.setenv("CONSENT_SECRET_KEYS", "planted")
    with pytest.raises(SettingError) as refused:
        config.load()
    assert "planted" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("PUBLIC_URL", "https://x.example/\n", "https://x.example"), ("THREADS", "8\n", 8)],
)
def test_a_value_may_stand_in_a_file(monkeypatch, tmp_path, name, text, expected):
    (tmp_path / "value").write_text(text)
    monkeypatch.setenv(f"CONSENT_{name}_FILE", str(tmp_path / "value"))
    assert getattr(config.load(), name.lower()) == expected


def test_secret_keys_in_a_file_are_read_newest_last(monkeypatch, tmp_path):
    (tmp_path / "keys").write_text("an-old-key-of-16-characters,a-new-key-of-16-characters\n")
    monkeypatch.setenv("CONSENT_SECRET_KEYS_FILE", str(tmp_path / "keys"))
    assert config.load().secret_keys == (
        "an-old-key-of-16-characters",
        "a-new-key-of-16-characters",
    )


def test_a_file_that_is_not_there_stops_the_start_and_names_its_variable(monkeypatch):
    monkeypatch.setenv("CONSENT_PUBLIC_URL_FILE", "/nowhere/at/all")
    with pytest.raises(SettingError, match="CONSENT_PUBLIC_URL"):
        config.load()


def test_keys_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    settings = Settings(state_dir=str(tmp_path / "new"))
    first = config.with_keys(settings)
    assert config.with_keys(settings) == first
    assert len(first.secret_keys[0]) >= 32
    assert len(base64.b64decode(first.ledger_key)) == 32
    for name in ("secret_keys", "ledger_key"):
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "ledger_key",
        "secret_keys",
    ]


def test_keys_that_were_given_are_not_replaced(tmp_path):
    given = Settings(secret_keys=("k" * 32,), ledger_key="x", state_dir=str(tmp_path))
    assert config.with_keys(given) == given
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_is_put_behind_the_kept_one(tmp_path):
    (tmp_path / "secret_keys").write_text(
        "an-old-key-of-16-characters,a-new-key-of-16-characters\n"
    )
    assert config.with_keys(Settings(state_dir=str(tmp_path))).secret_keys[-1].startswith("a-new")


def test_the_command_prints_every_setting_and_masks_secrets(monkeypatch):
    monkeypatch.setenv("CONSENT_SECRET_KEYS", "planted-secret-of-16-characters")
    monkeypatch.setenv("CONSENT_LEDGER_KEY", base64.b64encode(b"p" * 32).decode())
    monkeypatch.setenv("CONSENT_REDIS_URL", "redis://:planted-redis@cache/0")
    printed = CliRunner().invoke(group, ["settings"])
    assert printed.exit_code == 0
    for item in config.fields(Settings):
        assert config.PREFIX + item.name.upper() in printed.output
    assert "planted" not in printed.output
    assert base64.b64encode(b"p" * 32).decode() not in printed.output
    assert "CONSENT_SECRET_KEYS=***" in printed.output
    assert "From: environment." in printed.output


def test_the_command_never_prints_the_password_of_the_database(monkeypatch):
    url = "postgresql+psycopg://consent:planted-password@db.example/consent"
    monkeypatch.setenv("CONSENT_DATABASE_URL", url)
    printed = CliRunner().invoke(group, ["settings"]).output
    assert "planted-password" not in printed
    assert "db.example" in printed


def test_settings_never_print_their_secrets():
    made = Settings(
        secret_keys=("planted-secret",),
        ledger_key="planted-seed",
        database_url="postgresql+psycopg://u:planted-password@h/d",
    )
    assert "planted" not in repr(made)


@pytest.mark.parametrize(
    ("bind", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("[::1]:80", "::1", 80),
        ("localhost:1", "localhost", 1),
    ],
)
def test_an_address_is_split_into_host_and_port(bind, host, port):
    settings = Settings(bind=bind)
    assert (settings.host, settings.port) == (host, port)


def test_the_public_origin_is_the_address_without_its_path():
    assert (
        Settings(public_url="https://Shop.example/consent").public_origin == "https://shop.example"
    )
