"""The API of staff against its description: no server error, no answer outside the schema.

A short run in the suite; CONSENT_TEST_CASES=10000 for ten thousand. What addresses name is there:
one of each thing is made first, so that operations are reached and not only their "not found".
"""

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.generation import GenerationMode

from consent import staff
from consent.staff import Order, Role
from tests.api.test_schema import CHECKS
from tests.factories import ORIGIN
from tests.furnished import furnish

CASES = int(os.environ.get("CONSENT_TEST_CASES", "240"))
PREFIX = "/api/v1/"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def names(database, demo, settings) -> dict[str, str]:
    return furnish(database, settings, demo.site).names


@pytest.fixture
def bearer(database, demo) -> str:
    """Make a token that may do all, on all sites."""
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("schemathesis", Role.ADMIN), None, "a test")
    return f"Bearer {token}"


def operations_of(app: Flask) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    # Wrong tokens have a test of their own (tests/web/console/test_matrix.py).
    schema.config.generation.with_security_parameters = False
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if each.path.startswith(PREFIX)]


def is_removing(operation: Any) -> bool:
    return operation.method == "delete" or operation.path.endswith(("/erase", "/close"))


# A file that is handed over is never closed by a transport that has no connection.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_operation_keeps_to_its_description(app, names, bearer) -> None:
    # What removes comes last: the others find their things.
    operations = sorted(operations_of(app), key=is_removing)
    assert len(operations) >= 36
    each = max(2, CASES // (2 * len(operations)))
    answers: dict[str, Counter[int]] = {}
    for operation in operations:
        seen = answers.setdefault(f"{operation.method.upper()} {operation.path}", Counter())
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            # In an address every text is a text: wrong can be a body or a query alone.
            if mode is GenerationMode.POSITIVE or operation.body or operation.query:
                _hold(operation, mode, (names, bearer, each, seen))

    total = sum(sum(seen.values()) for seen in answers.values())
    print(f"{total} cases of {len(operations)} operations: {_sum(answers)}")
    assert {name for name, seen in answers.items() if not seen} == set()
    # Most have answered as they should at least once; some take what chance alone never writes.
    refused = {name for name, seen in answers.items() if not any(code < 300 for code in seen)}
    assert len(refused) <= len(operations) // 4, {name: dict(answers[name]) for name in refused}


def _sum(answers: dict[str, Counter[int]]) -> str:
    whole: Counter[int] = sum(answers.values(), Counter())
    return ", ".join(f"{code}: {count}" for code, count in sorted(whole.items()))


def _hold(
    operation: Any, mode: GenerationMode, means: tuple[dict[str, str], str, int, Counter[int]]
) -> None:
    names, bearer, examples, seen = means

    @hypothesis_settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        asked = case.path_parameters or {}
        # Each eighth asks for what chance made of it.
        if sum(seen.values()) % 8 < 7:
            asked = {name: names.get(name, value) for name, value in asked.items()}
        case.path_parameters = {**asked, "site_key": "demo"} if "site_key" in asked else asked
        headers = {"Authorization": bearer, "Origin": ORIGIN}
        answer = case.call_and_validate(checks=CHECKS, headers=headers)
        seen[answer.status_code] += 1

    each()


def test_every_operation_says_what_it_does_and_its_schemas_have_examples(app, database) -> None:
    document = app.test_client().get("/api/openapi.json").get_json()
    operations = {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        if path.startswith(PREFIX)
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {name for name, each in operations.items() if not each.get("summary")} == set()
    assert {name for name, each in operations.items() if not each.get("operationId")} == set()
    assert {name for name, each in operations.items() if "x-ability" not in each} == set()
    schemas = document["components"]["schemas"]
    used = {
        name
        for name in schemas
        if any(f'schemas/{name}"' in str(each).replace("'", '"') for each in operations.values())
    }
    assert used
    assert {name for name in used if not _has_example(schemas, name)} == set()


def _has_example(schemas: dict[str, Any], name: str) -> bool:
    """Say whether a schema, or one that stands in it, shows what its fields look like."""
    text = str(schemas[name])
    inner = [each for each in schemas if each != name and f"schemas/{each}'" in text]
    return "'example'" in text or any(_has_example(schemas, each) for each in inner)
