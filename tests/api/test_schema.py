"""The API against its own OpenAPI description: no server error, no answer outside the schema."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import checks as general
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as described

from tests.factories import ORIGIN, Demo, a_body

EXAMPLES = 120
# Not "valid data must be accepted": a version no one published, or the page of another site, is
# well formed and refused all the same.
CHECKS = [
    general.not_a_server_error,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    described.status_code_conformance,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_keeps_to_its_description(
    app: Flask, demo: Demo, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    every = [result.ok() for result in schema.get_all_operations()]
    # Those for programs with a token are tried in test_console_api.py.
    operations = [each for each in every if not each.path.startswith("/api/v1")]
    assert len(operations) >= 6
    for operation in operations:
        # Only a body can be wrong by its description; in an address every text is a text.
        if mode is GenerationMode.POSITIVE or operation.method == "post":
            _hold(operation, mode)


def test_the_description_says_what_a_decision_may_hold(app: Flask, demo: Demo) -> None:
    document = app.test_client().get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    decision = document["components"]["schemas"]["Decision"]
    assert decision["additionalProperties"] is False
    assert set(a_body(demo)) == set(decision["properties"])


def _hold(operation: Any, mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        # A random site key would only ever find "not found".
        case.path_parameters = {**(case.path_parameters or {}), "site_key": "demo"}
        case.headers["Origin"] = ORIGIN
        case.call_and_validate(checks=CHECKS)

    each()
