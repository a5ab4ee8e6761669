"""Some hundred decisions, read by the snippet's own modules and by the back end: no difference."""

import json
import random
import shutil
import subprocess
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consent.integrations import Policy
from consent.notices.document import from_document
from consent.regulations import Model
from consent.snippet.bundle import Published, bundle
from consent.snippet.core import Core
from tests.integrations.samples import NOTICE, NOW, packed, stored

CASES = 800
SEED = 20_261_123
READER = Path(__file__).with_name("reader.mjs")


def config_of(document: dict[str, Any]) -> Any:
    """Return what the publication of a notice puts into the loader."""
    notice = from_document(document)
    made = datetime(2026, 11, 23, tzinfo=UTC)
    published = Published("shop", "Shop", "https://consent.example", 3, "d", notice, made, ())
    loader, _ = bundle(published, Core("", "", "", ""))
    return json.loads(loader.body.decode().strip().removesuffix(");"))


def a_notice(chance: random.Random) -> dict[str, Any]:
    categories = [item["key"] for item in NOTICE["categories"]]
    models = list(Model)
    regions = [
        {
            "match": chance.sample(["EU", "DE", "US", "US-CA", "GB", "BR"], chance.randint(1, 3)),
            "model": chance.choice(models),
            "gpc": chance.choice(["apply", "ignore"]),
            "models": {key: chance.choice(models) for key in categories if chance.random() < 0.2},
        }
        for _ in range(chance.randint(0, 3))
    ]
    rest = {"match": ["*"], "model": chance.choice(models), "gpc": "apply"}
    vendors = [
        {
            **NOTICE["vendors"][0],
            "key": f"vendor-{number}",
            "categories": chance.sample(categories, chance.randint(1, 3)),
            "bases": chance.choice(
                [["consent"], ["legitimate_interest"], ["consent", "legitimate_interest"],
                 ["legitimate_interest", "consent"]]
            ),
        }
        for number in range(chance.randint(0, 6))
    ]  # fmt: skip
    return {**NOTICE, "regions": [*regions, rest][: chance.randint(1, 4)], "vendors": vendors}


def a_cookie(chance: random.Random, notice: dict[str, Any]) -> str:
    categories = [item["key"] for item in notice["categories"]]
    optional = [*categories[1:], "unknown"]

    def some(keys: list[str]) -> list[str]:
        return chance.sample(keys, chance.randint(0, len(keys)))

    named = [each["key"] for each in notice["vendors"]] + ["stranger"]
    fields = stored(
        c={key: chance.randint(0, 1) for key in some(optional)},
        e=NOW + chance.choice([-10, 0, 1, 1000]) if chance.random() < 0.3 else NOW + 5,
        a=chance.choice(["accept_all", "reject_all", "save", "withdraw", "signal", "renew"]),
        v={key: {"c": some(categories), "l": some(categories)} for key in some(named)}
        if chance.random() < 0.6
        else None,
        g=chance.choice([None, "DE", "US-CA", "US-NY", "BR"]),
        x=chance.choice([None, 1]),
    )
    value = packed(fields)
    if chance.random() < 0.1:
        cut = chance.randrange(len(value))
        value = value[:cut] + chance.choice("AZaz09_-") + value[cut + chance.randint(0, 1) :]
    return value


def a_case(chance: random.Random) -> dict[str, Any]:
    notice = a_notice(chance)
    return {
        "notice": notice,
        "config": config_of(notice),
        "cookies": [a_cookie(chance, notice) for _ in range(chance.choice([0, 1, 1, 1, 2]))],
        "region": chance.choice([None, None, "DE", "US-CA", "US-TX", "GB", "XX", "nonsense"]),
        "gpc": chance.random() < 0.4,
        "now": NOW,
    }


def told_by_the_browser(cases: list[dict[str, Any]]) -> Any:
    node = shutil.which("node") or shutil.which("node", path=sysconfig.get_path("scripts"))
    if node is None:
        pytest.skip("Node: none on this machine, neither the system's nor the PyPI wheel's")
    done = subprocess.run(
        [node, str(READER)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_the_back_end_grants_what_the_page_grants():
    chance = random.Random(SEED)
    cases = [a_case(chance) for _ in range(CASES)]
    decided = 0
    for case, expected in zip(cases, told_by_the_browser(cases), strict=True):
        choice = Policy.from_notice(case["notice"]).choice(
            case["cookies"], case["region"], case["gpc"], now=NOW
        )
        state = expected["state"]
        assert choice.decided == state["decided"], case
        assert dict(choice.categories) == state["categories"], case
        assert (choice.region, choice.model) == (state["region"], state["model"]), case
        found = {
            key: {
                "consent": list(grants.consent),
                "legitimate_interest": list(grants.legitimate_interest),
            }
            for key, grants in choice.vendors.items()
        }
        assert found == state["vendors"], case
        keys = [*choice.categories, "unknown"]
        held = [
            [key, vendor]
            for key in keys
            for vendor in (None, "unknown", *state["vendors"])
            if choice.has(key, vendor)
        ]
        assert held == expected["held"], case
        decided += choice.decided
    # The generator reaches both sides.
    assert CASES * 0.2 < decided < CASES * 0.9
