"""Run the real service in processes of its own; ends exactly those it started."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port() -> int:
    """Return a port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`consent serve` on a free port, with a database and keys of its own."""

    def __init__(self, database_url: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **os.environ,
            "CONSENT_DATABASE_URL": database_url,
            "CONSENT_PUBLIC_URL": self.url,
            "CONSENT_BIND": f"127.0.0.1:{self.port}",
            "CONSENT_STATE_DIR": str(folder),
            "CONSENT_DECISIONS_PER_MINUTE": "0",
            **settings,
        }
        self._log = (folder / "serve.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run a `consent` command with the same settings."""
        running = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "consent", *words],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            out, err = running.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            # It says where each of its threads is.
            running.send_signal(signal.SIGABRT)
            out, err = running.communicate(timeout=10)
        assert running.returncode == 0, err[-6000:]
        return out

    def start(self) -> None:
        """Start and wait until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "consent", "serve"],
            env=self.environ,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the server ended at once"
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server was not ready in 60 s")

    def kill(self) -> None:
        """End it the hard way: SIGKILL to the server and its workers, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it the soft way."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                # longer than the server gives its processes
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        self._log.close()
