"""The disk under the database: local, lasting, with room."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# SQLite's locks and shared memory do not hold across machines; on these they may not hold at all.
OVER_A_NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "fuse.ceph", "fuse.gcsfuse",
    "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse", "gfs2",
    "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs", "smb2", "smb3", "smbfs",
    "vboxsf",
})  # fmt: skip
GONE_WITH_THE_CONTAINER = frozenset({"overlay", "aufs"})
GONE_WITH_THE_POWER = frozenset({"tmpfs", "ramfs"})
MIB = 1024 * 1024
LITTLE, TOO_LITTLE = 1024 * MIB, 100 * MIB


def kind_of(path: Path, mounts: str) -> str | None:
    """Return the type of the file system a path lies on, by the text of `mountinfo` (proc(5))."""
    best, kind = -1, None
    for line in mounts.splitlines():
        facts, _, rest = line.partition(" - ")
        words = facts.split(" ")
        if len(words) < 5 or not rest:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), words[4]))
        # A later mount at the same place covers the earlier one.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split(" ")[0]
    return kind


def problem(path: Path, mounts: str) -> tuple[bool, str, str] | None:
    """Say what is wrong with the place of an SQLite file: whether gravely, what, and what to do."""
    kind = kind_of(path, mounts)
    if kind in OVER_A_NETWORK:
        return (
            True,
            f"{path} lies on a network or shared disk ({kind}), where SQLite's locks do not hold.",
            "Move it to a local disk, or use PostgreSQL.",
        )
    if kind in GONE_WITH_THE_POWER:
        return (
            False,
            f"{path} lies in memory ({kind}): every record goes with the power.",
            "Move it to a disk.",
        )
    if kind in GONE_WITH_THE_CONTAINER:
        return (
            False,
            f"{path} lies in a container's own layer ({kind}), which goes with the container.",
            "Mount a volume for it.",
        )
    return None


def mounts() -> str:
    """Return what is mounted, or nothing where the system does not say so."""
    return MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else ""


def room(path: Path) -> Iterator[tuple[bool, str]]:
    """Say when a disk is nearly full: whether gravely, and how much is free."""
    free = shutil.disk_usage(path).free
    if free < LITTLE:
        yield free < TOO_LITTLE, f"Only {free / MIB:,.0f} MiB are free for {path}."
