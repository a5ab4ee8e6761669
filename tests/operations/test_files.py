"""The files for Prometheus and Grafana: what they ask for is there, and tools can read them."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
SCRAPE = DEPLOY / "prometheus" / "prometheus.yml"
DASHBOARD = DEPLOY / "grafana" / "consent.json"
UNIT_TESTS = Path(__file__).parent / "alerts.test.yml"
# What Prometheus itself puts on every sample.
GIVEN = {"instance", "job"}
SQLITE_ALONE = {"consent_wal_bytes", "consent_disk_free_bytes", "consent_disk_size_bytes"}


@pytest.fixture
def exported(serve) -> dict[str, set[str]]:
    """Every sample of ours that a running service exports, with the names of its labels."""
    served = serve()
    assert served.decide()[0] == 201
    served.get("/v1/sites/nobody/loader.js")
    served.service.command("worker", "--once")
    # the look of a moment ago is remembered for a second
    while "consent_job_period_seconds{" not in served.get("/metrics")[2]:
        time.sleep(0.1)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(served.get("/metrics")[2]):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def rules() -> list[dict]:
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


def panels() -> list[dict]:
    return [each for each in json.loads(DASHBOARD.read_text())["panels"] if each["type"] != "row"]


def dashboard_expressions() -> list[str]:
    found = [target["expr"] for panel in panels() for target in panel["targets"]]
    for variable in json.loads(DASHBOARD.read_text())["templating"]["list"]:
        if variable["type"] == "query":
            metric, label = re.fullmatch(
                r"label_values\((\w+), (\w+)\)", variable["definition"]
            ).groups()
            found.append(f"count by ({label}) ({metric})")
    return found


def test_every_metric_and_label_they_name_is_exported_by_a_running_service(exported, database):
    assert len(dashboard_expressions()) > 20
    for expression in [*dashboard_expressions(), *(rule["expr"] for rule in rules())]:
        used = re.findall(r"\b(consent_[a-z0-9_]+)(?:\{([^}]*)\})?", expression)
        labels = set()
        for name, selectors in used:
            if name in SQLITE_ALONE and database.engine.dialect.name != "sqlite":
                continue
            assert name in exported, expression
            named = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))
            assert named <= exported[name] | GIVEN, expression
            labels |= exported[name]
        for names in re.findall(r"\b(?:by|ignoring) \(([^)]*)\)", expression):
            assert {each.strip() for each in names.split(",")} <= labels | GIVEN, expression


def test_every_metric_of_ours_is_explained_to_operators_and_nothing_else_is(exported):
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(consent_\w+)", page, re.MULTILINE))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported}
    assert families <= explained
    assert explained <= families | SQLITE_ALONE


def test_no_sample_has_a_label_that_could_hold_a_visitor(exported):
    allowed = {"action", "database", "door", "layer", "le", "method", "name", "reason", "route",
               "site", "status", "version"}  # fmt: skip
    assert set().union(*exported.values()) <= allowed
    assert not [name for name in exported if name.endswith("_created")]


def test_every_alert_says_what_happened_and_what_to_do():
    assert len(rules()) > 10
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"].endswith("."), rule["alert"]
        assert len(rule["annotations"]["description"]) > 60, rule["alert"]


def test_every_panel_says_what_it_shows_in_a_unit_and_asks_the_chosen_prometheus():
    found = json.loads(DASHBOARD.read_text())
    assert {"uid", "title", "schemaVersion", "templating", "panels", "time"} <= found.keys()
    assert found["id"] is None
    assert found["templating"]["list"][0]["type"] == "datasource"
    assert len({panel["id"] for panel in found["panels"]}) == len(found["panels"])
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in found["panels"]}
    assert len(places) == len(found["panels"])
    for panel in panels():
        assert panel["title"], panel["id"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}"


def promtool(*words: str) -> str:
    """Run Prometheus' own checker, or skip."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not on PATH (Debian: the package prometheus)")
    done = subprocess.run(
        [program, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_reads_the_rules_and_the_configuration():
    assert f"{len(rules())} rules found" in promtool("check", "rules", str(RULES))
    assert "SUCCESS" in promtool("check", "config", str(SCRAPE))


def test_prometheus_reads_every_expression_of_the_dashboard(tmp_path):
    asked = [
        re.sub(r"\$(instance|site)\b", ".*", each).replace("$__rate_interval", "1m")
        for each in dashboard_expressions()
    ]
    file = tmp_path / "expressions.yml"
    groups = [
        {"name": "all", "rules": [{"record": f"x:{n}", "expr": e} for n, e in enumerate(asked)]}
    ]
    file.write_text(yaml.safe_dump({"groups": groups}))
    assert f"{len(asked)} rules found" in promtool("check", "rules", str(file))


def test_the_alerts_fire_when_they_should_and_not_before():
    promtool("test", "rules", str(UNIT_TESTS))
