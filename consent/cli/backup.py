"""`consent backup`: database, and keys where wanted, as one file that can be checked."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from consent import backups, config

log = logging.getLogger(__name__)

KEYS_MEAN = (
    "`include` puts the signing keys beside the records: such a file alone can run the service, "
    "so keep it as safe as the keys. `leave-out` needs the keys kept elsewhere: without them "
    "visitors' histories stay closed and the evidence log has no signer."
)


class _Keys(click.Choice[str]):
    """A choice that says what each value means when none was made."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return f"{super().get_missing_message(param, ctx)}\n{KEYS_MEAN}"


@click.command("backup")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to make; one that exists is never overwritten.",
)
@click.option("--keys", required=True, type=_Keys(["include", "leave-out"]), help=KEYS_MEAN)
def command(output: Path, keys: str) -> None:
    """Copy the database into one file while the service runs; check the copy."""
    with cleaned_up_when_ended():
        manifest = backups.make(config.load(), output, with_keys=keys == "include", work=shown)
    inside = "with the keys" if manifest.keys else "without keys: keep those elsewhere"
    click.echo(f"{output} ({output.stat().st_size:,} bytes, {inside}) holds {holds(manifest)}.")
    click.echo(f"See whether it can be restored: consent restore {output} --database-url URL")


@contextmanager
def cleaned_up_when_ended() -> Iterator[None]:
    """Take copies of personal data away also when the process is told to end."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def holds(manifest: backups.Manifest) -> str:
    """Say what a backup holds."""
    found = manifest.database
    return (
        f"{found.counts.get('consent_record', 0):,} records, "
        f"{found.counts.get('log_entry', 0):,} log entries, the newest {found.newest_entry or '-'}"
    )


@contextmanager
def shown(name: str, total: int | None) -> Iterator[Callable[[int], object]]:
    """Show work as a bar on a terminal, as a line elsewhere."""
    started = time.monotonic()
    with tqdm(
        total=total, unit="B", unit_scale=True, disable=None, file=sys.stderr, desc=name
    ) as bar:
        done, is_shown = 0, not bar.disable  # closing a bar disables it

        def advance(some: int) -> None:
            nonlocal done
            done += some
            bar.update(some)

        yield advance
    if not is_shown:
        log.info("%s: %s bytes in %.1f s", name, f"{done:,}", time.monotonic() - started)
