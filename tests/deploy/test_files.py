"""The shipped units, images and compose file say what the guides promise; nothing is run here."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from consent import cli, config
from tests.deploy.conftest import need
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "consent-service"}
SETTINGS = {config.PREFIX + item.name.upper() for item in fields(config.Settings)}
COMMANDS = {module.command.name for module in cli.COMMANDS}


def lines(unit: Path) -> set[str]:
    return set(unit.read_text().splitlines())


def test_only_settings_there_are_are_set() -> None:
    said = re.findall(r"^(\w+)=", (DEPLOY / "systemd" / "consent.env").read_text(), re.MULTILINE)
    said += [name for each in OURS.values() for name in each["environment"]]
    assert {name.removesuffix("_FILE") for name in said} <= SETTINGS | {"TMPDIR"}


def test_only_commands_there_are_are_run() -> None:
    text = "".join(unit.read_text() for unit in UNITS)
    said = set(re.findall(r"/opt/consent/current/bin/consent (\w+)", text))
    assert said == {"serve", "worker", "backup"}
    said |= {each["command"][0] for each in OURS.values() if "command" in each}
    assert said <= COMMANDS


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_write_its_own_folders_and_nothing_else(unit: Path) -> None:
    assert lines(unit) >= {
        "User=consent",
        "UMask=0077",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "StateDirectory=consent",
        "StateDirectoryMode=0700",
    }


def test_all_units_are_held_alike() -> None:
    held = [set(unit.read_text().partition("StateDirectory=")[2].splitlines()) for unit in UNITS]
    assert all(
        each - {"", "[Install]", "WantedBy=multi-user.target"}
        == held[0] - {"", "[Install]", "WantedBy=multi-user.target"}
        for each in held
    )


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    need("systemd-analyze", always=False)
    # A command must be there to be verified: `true` stands in for ours.
    for unit in sorted((DEPLOY / "systemd").glob("consent*.*")):
        if unit.suffix in {".service", ".timer"}:
            text = unit.read_text().replace(
                "/opt/consent/current/bin/consent", shutil.which("true") or ""
            )
            (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "consent" in line]
    assert done.returncode == 0, done.stderr
    assert ours == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_rights_and_a_read_only_file_system(name: str) -> None:
    said = SERVICES[name]
    assert said["user"] not in {"root", "0", "0:0"}
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in said


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]
    assert "database" not in SERVICES["proxy"]["networks"]
    assert SERVICES["database"]["networks"] == ["database"]
    assert COMPOSE["networks"]["database"]["internal"] is True


def test_secrets_come_as_files_and_every_one_is_made() -> None:
    made = set(re.findall(r"\bnew (\w+)", (DEPLOY / "compose" / "prepare.sh").read_text()))
    assert set(COMPOSE["secrets"]) == made
    assert all(each["file"] == f"./secrets/{name}" for name, each in COMPOSE["secrets"].items())
    for each in SERVICES.values():
        for name, value in each.get("environment", {}).items():
            assert not re.search("KEY|PASSWORD|DATABASE_URL", name) or value.startswith(
                "/run/secrets/"
            )
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in each["secrets"]


def test_nothing_serves_before_the_database_is_migrated() -> None:
    for name in ("service", "worker"):
        wanted = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert wanted == "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["restart"] == SERVICES["tools"]["restart"] == "no"


def test_the_images_end_as_a_user_without_rights() -> None:
    stages = re.split(r"^FROM ", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)[2:]
    assert [stage.partition(" AS ")[2].split()[0] for stage in stages] == ["service", "proxy"]
    for stage in stages:
        assert re.findall(r"^USER (.*)$", stage, re.MULTILINE) == ["10001:10001"]
        assert not re.search(r"^(ENV|ARG) .*(KEY|PASSWORD|SECRET)", stage, re.MULTILINE)
