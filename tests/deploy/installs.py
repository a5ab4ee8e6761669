"""The two installations of the guides, run from their own files without systemd and without Docker.

What a unit or compose.yaml says is read from there: commands, settings, secrets. Only folders,
ports and host names are put in, and what runs in a container there runs on this machine.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import need
from tests.deploy.proxies import end, process
from tests.deploy.wire import wait_for
from tests.house.sources import ROOT
from tests.processes import free_port

UNITS = ROOT / "deploy" / "systemd"
COMPOSE = ROOT / "deploy" / "compose"
CONSENT = str(Path(sys.executable).with_name("consent"))


class Install:
    """What both have in common: the service's commands, and two processes that stay."""

    environ: dict[str, str]
    serve: list[str]
    work: list[str]

    def __init__(self, folder: Path, public_url: str, port: int) -> None:
        self.folder = folder
        self.public_url = public_url
        self.port = port

    def consent(self, *words: str) -> str:
        """Run a command of the service, as the guide's `consent ...`; what it prints."""
        return self.run([CONSENT, *words])

    def run(self, words: list[str]) -> str:
        """Run a program with the settings; it must succeed."""
        done = subprocess.run(
            words,
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run web server and worker; both end in peace when they are told to."""
        with (
            process(self.serve, self.folder, **self.environ) as server,
            process(self.work, self.folder, **self.environ) as worker,
        ):
            wait_for(self.port)
            yield
            assert server.poll() is None
            assert worker.poll() is None
            for each in (worker, server):
                end(each)
                assert each.returncode == 0


class Systemd(Install):
    """docs/live-systemd.md: SQLite, files under /var/lib/consent."""

    def __init__(self, folder: Path, public_url: str, port: int) -> None:
        super().__init__(folder, public_url, port)
        self.state, self.backups = folder / "state", folder / "backups"
        self.backups.mkdir(parents=True)
        self.state.mkdir(mode=0o700)
        lines = self._put_in((UNITS / "consent.env").read_text()).splitlines()
        self.environ = {
            **os.environ,
            **dict(line.split("=", 1) for line in lines if line[0] != "#"),
        }
        self.environ["CONSENT_PUBLIC_URL"] = public_url
        self.serve = self._command("consent.service")
        self.work = self._command("consent-worker.service")

    def first_start(self) -> None:
        """Make keys and database, and keep the keys elsewhere, as the guide says."""
        self.consent("init")
        keys = self.folder / "elsewhere"
        keys.mkdir()
        for name in ("secret_keys", "ledger_key"):
            shutil.copy(self.state / name, keys)

    def back_up(self) -> Path:
        """Run the unit of the timer."""
        self.run(self._command("consent-backup.service"))
        self.run(self._command("consent-backup.service", "ExecStartPost"))
        (made,) = self.backups.iterdir()
        return made

    def destroy(self) -> None:
        """Lose the machine's disk."""
        shutil.rmtree(self.state)

    def restore(self, backup: Path) -> None:
        """Bring keys and data back on a new machine, as the guide says."""
        self.state.mkdir(mode=0o700)
        for key in (self.folder / "elsewhere").iterdir():
            shutil.copy(key, self.state)
        self.consent("restore", str(backup), "--yes")

    def close(self) -> None:
        """Nothing else runs."""

    def _command(self, unit: str, what: str = "ExecStart") -> list[str]:
        (line,) = re.findall(rf"^{what}=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
        return ["/bin/sh", "-c", "exec " + self._put_in(line.replace("%%", "%"))]

    def _put_in(self, text: str) -> str:
        text = text.replace("/opt/consent/current/bin/consent", CONSENT)
        text = text.replace("/var/lib/consent", str(self.state))
        text = text.replace("/var/backups/consent", str(self.backups))
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")


class Compose(Install):
    """docs/live-compose.md: PostgreSQL of its own, secrets in files, migrations first."""

    def __init__(self, folder: Path, public_url: str, port: int) -> None:
        super().__init__(folder, public_url, port)
        if os.geteuid() != 0:
            pytest.skip("prepare.sh is for root")
        release = folder / "release"
        shutil.copytree(COMPOSE, release / "deploy" / "compose")
        shutil.copy(ROOT / "requirements" / "run.txt", release)
        self.live = release / "deploy" / "compose"
        subprocess.run(["/bin/sh", "prepare.sh", "consent.example"], cwd=self.live, check=True)
        said = yaml.safe_load((self.live / "compose.yaml").read_text())
        self.services: dict[str, Any] = said["services"]
        self.database_port = free_port()
        self._has_server = False
        url = self.live / "secrets" / "database_url"
        url.write_text(url.read_text().replace("@database/", f"@127.0.0.1:{self.database_port}/"))
        self.environ = {**os.environ, **self._environment("service")}
        self.serve, self.work = self._command("service"), self._command("worker")

    def first_start(self) -> None:
        """Make the database's server and what it holds, as its image does, and migrate."""
        self._start_server()
        self.run(self._command("migrate"))

    def back_up(self) -> Path:
        """Run what the guide says for every night."""
        made = self.live / "backups" / "consent-20261125.tar.gz"
        self.consent("backup", "--output", str(made), "--keys", "leave-out")
        return made

    def destroy(self) -> None:
        """Lose the database's volume."""
        self.close()
        shutil.rmtree(self.folder / "cluster")

    def restore(self, backup: Path) -> None:
        """Bring the data back into a new volume, as the guide says."""
        self._start_server()
        self.consent("restore", str(backup), "--yes")

    def close(self) -> None:
        """End the database's server."""
        if self._has_server:
            self._as_postgres(
                "pg_ctl", "-D", str(self.folder / "cluster"), "-m", "fast", "-w", "stop"
            )
            self._has_server = False

    def _start_server(self) -> None:
        folder = self.folder / "cluster"
        folder.mkdir(mode=0o700)
        said = self.services["database"]
        shutil.chown(folder, said["user"], said["user"])
        wanted = said["environment"]["POSTGRES_INITDB_ARGS"].split()
        self._as_postgres("initdb", "-D", str(folder), "-U", "postgres", "-N", *wanted)
        options = f"-p {self.database_port} -k {folder} -c listen_addresses=127.0.0.1"
        self._as_postgres(
            "pg_ctl", "-D", str(folder), "-l", f"{folder}/log", "-o", options, "-w", "start"
        )
        self._has_server = True
        first = self._put_in((self.live / "database.sh").read_text())
        environ = {**os.environ, "PGHOST": str(folder), "PGPORT": str(self.database_port)}
        subprocess.run(["/bin/sh", "-c", first], env=environ, check=True, timeout=60)

    def _as_postgres(self, program: str, *words: str) -> None:
        user = self.services["database"]["user"]
        words = (
            "setpriv",
            "--reuid",
            user,
            "--regid",
            user,
            "--init-groups",
            need(program),
            *words,
        )
        # Not a pipe: the server would hold on to it.
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)

    def _command(self, service: str) -> list[str]:
        return [CONSENT, *self.services[service]["command"]]

    def _environment(self, service: str) -> dict[str, str]:
        said: dict[str, str] = self.services[service]["environment"]
        return {name: self._put_in(str(value)) for name, value in said.items()}

    def _put_in(self, text: str) -> str:
        text = text.replace("/run/secrets", str(self.live / "secrets"))
        text = text.replace("/var/lib/consent", str(self.folder))
        text = text.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}")
        return self.public_url if text.startswith("${CONSENT_PUBLIC_URL") else text
