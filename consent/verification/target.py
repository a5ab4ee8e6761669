"""What is to be checked, and who checks it: an address, tiles, an export, a pack, or a receipt."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from consent.errors import ProofError
from consent.verification import verify_log
from consent.verification.folder import Asked, Reader, check_tiles
from consent.verification.manifest import check_manifest, is_manifest
from consent.verification.verify_log import MOVED, NotHeldError, Report

MOST_BYTES = 32 * 1024 * 1024
SECONDS_TO_CONNECT, SECONDS_TO_READ, SECONDS_IN_ALL = 5.0, 15.0, 60.0
CHUNK = 64 * 1024


def check(target: str, asked: Asked) -> Report:
    """Check what a target is; a check that fails is a `NotHeldError`, no answer a `ProofError`."""
    asked.verify = asked.verify or verify
    if is_address(target):
        return check_log(address_reader(target, asked.token), asked)
    path = Path(target)
    if is_manifest(path):
        return check_manifest(path, verify_log.Keys(asked.vkeys, asked.verify), asked.tick)
    if (path / "checkpoint").is_file():
        return check_log(folder_reader(path), asked)
    return verify_log.check(path, list(asked.vkeys), list(asked.olds), asked.verify, asked.tick)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a key signed a message, faster than the stand-alone script does."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def check_log(reader: Reader, asked: Asked) -> Report:
    """Check a log as tiles, and the epochs before it as far as they can be reached."""
    report, walk, _ = check_tiles(reader, asked)
    epochs = json.loads(reader("keys.json") or b"{}").get("epochs", [])
    for facts in walk.epochs:
        former = next((each for each in epochs if each["origin"] == facts["old"]), None)
        prefix = f"e{former['epoch']}/" if former else ""
        if not prefix or reader(f"{prefix}checkpoint") is None:
            report.unproved.append(f"what {facts['old']} held, the epoch before: it is not here")
            continue
        # The last checkpoint known of the former log must be a beginning of what is left of it.
        olds = (facts["last"],) if facts.get("last") else ()
        part = Asked(asked.vkeys, olds, asked.min_index, asked.verify, asked.tick)
        try:
            before = check_log(within(reader, prefix), part)
        except NotHeldError as error:
            why = f"the epoch before, {facts['old']}: {error}"
            raise NotHeldError(error.check, MOVED, why, *error.rows) from error
        report.held += before.held
    return report


def within(reader: Reader, prefix: str) -> Reader:
    """Return a reader of what lies below a folder."""
    return lambda path: reader(prefix + path)


def is_address(target: str) -> bool:
    """Say whether a target is read over the network."""
    return target.startswith(("http://", "https://"))


def folder_reader(folder: Path) -> Reader:
    """Return a reader of the files in a folder."""

    def found(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return found


def address_reader(address: str, token: str | None = None) -> Reader:
    """Return a reader of what a web server shows; it follows nobody to another place."""
    base = address.rstrip("/").removesuffix("/checkpoint")
    pool = PoolManager(
        retries=False, timeout=Timeout(connect=SECONDS_TO_CONNECT, read=SECONDS_TO_READ)
    )
    if not urlsplit(base).hostname:
        raise ProofError(f"{address} is no address of a log.")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return lambda path: _got(pool, f"{base}/{path}", headers)


def _got(pool: PoolManager, url: str, headers: Mapping[str, str]) -> bytes | None:
    end = time.monotonic() + SECONDS_IN_ALL
    try:
        response = pool.request("GET", url, headers=headers, redirect=False, preload_content=False)
        body = bytearray()
        try:
            while chunk := response.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > MOST_BYTES or time.monotonic() > end:
                    raise ProofError(f"The answer of {url} is too long or too slow.")
        finally:
            response.release_conn()
    except (HTTPError, OSError) as error:
        raise ProofError(f"{url} cannot be read ({type(error).__name__}).") from error
    if response.status in {404, 410}:
        return None
    if response.status != 200:
        raise ProofError(f"{url} answered {response.status}: nothing could be checked.")
    return bytes(body)


def unfit(target: str, vkeys: Sequence[str]) -> str | None:
    """Say why nothing could be checked here, whatever is in it; None where it is worth a look."""
    path = Path(target)
    if is_address(target):
        return None
    if not path.exists():
        return f"There is no {target}: give an http(s) address, a file or a folder."
    if path.is_dir():
        is_known = (path / "checkpoint").is_file() or (path / "manifest.json").is_file()
        return None if is_known else f"{target} is neither a folder of tiles nor a pack."
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if is_manifest(path) and not vkeys:
        return "A manifest names no key: give that of the site's log with --vkey (see keys.json)."
    is_receipt = head.startswith(b"c2sp.org/tlog-proof") or b'"consent:evidence"' in head
    if is_receipt and not vkeys:
        return "A receipt names no key: give the log's own with --vkey (see its keys.json)."
    return None
