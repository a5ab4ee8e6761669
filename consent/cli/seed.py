"""`consent seed`: the demo site."""

import click
from tqdm import tqdm

from consent.cli.context import opened
from consent.demo import seed

AT_ONCE = 500


@click.command("seed")
@click.option("--records", "count", default=0, help="Add this many made-up decisions.")
def command(count: int) -> None:
    """Make the demo site with the key `demo`; one that is there already is left as it is."""
    settings, database = opened()
    with database.transaction() as session:
        site, version, is_new = seed.seed(session, settings.public_url)
    click.echo(f"The site {site.key} is {'made' if is_new else 'there already'}.")
    with tqdm(total=count, unit=" records", disable=None if count else True) as bar:
        for start in range(0, count, AT_ONCE):
            some = min(AT_ONCE, count - start)
            with database.transaction() as session:
                seed.more(session, site, version, some)
            database.tidy()
            bar.update(some)
