"""What is counted adds up, also over several server processes, and survives the loss of one."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from consent.metrics import REFUSALS
from tests.factories import ORIGIN, a_body, post
from tests.operations.conftest import Served

POSTED = (("door", "records"), ("method", "POST"), ("route", "/v1/sites/<site_key>/records"))


def children(served: Served) -> list[int]:
    """Return the server processes of a service."""
    parent = served.service._process.pid
    said = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True)
    return [int(line) for line in said.stdout.split()]


def metrics_folder(served: Served) -> Path | None:
    environ = Path(f"/proc/{children(served)[0]}/environ").read_bytes()
    held = Path(f"/proc/{children(served)[0]}/maps").read_text()
    assert b"PROMETHEUS" not in environ  # named by `consent serve` itself
    files = {line.split()[-1] for line in held.splitlines() if "/consent-metrics-" in line}
    return Path(files.pop()).parent if files else None


def counting(folder: Path) -> set[str]:
    """Return the numbers of the processes that have counted something."""
    return {file.stem.rpartition("_")[2] for file in folder.glob("counter_*.db")}


def send(served: Served, decisions: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: served.decide()[0], range(decisions)))
    assert statuses == [201] * decisions


def test_two_processes_count_as_one_and_what_a_lost_one_counted_stays(serve):
    served = serve(CONSENT_WORKERS="2")
    send(served, 120)
    folder = metrics_folder(served)
    assert len(counting(folder)) == 2

    key = ("consent_http_requests_total", (*POSTED, ("status", "201")))
    decided = (("action", "save"), ("layer", "banner"), ("site", "demo"))
    for _ in range(8):  # whichever process answers
        samples = served.samples()
        assert samples[key] == 120
        assert samples["consent_decisions_total", decided] == 120
        assert samples["consent_commit_batch_size_sum", ()] >= 120

    lost = children(served)[0]
    os.kill(lost, signal.SIGKILL)
    more = 0
    while len(counting(folder)) < 3:
        assert more < 3000, "no other process took its place"
        # What was on its way to the lost one is cut off, not counted, and not acknowledged.
        more += served.decide()[0] == 201
    assert served.samples()[key] == 120 + more


def test_the_counts_of_several_processes_go_with_the_service(serve):
    served = serve(CONSENT_WORKERS="2")
    folder = metrics_folder(served)
    assert folder.stat().st_mode & 0o777 == 0o700
    served.service.stop()
    assert not folder.exists()


def test_one_process_counts_in_memory_and_makes_no_files(serve):
    served = serve()
    send(served, 20)
    assert metrics_folder(served) is None
    assert served.samples()["consent_http_requests_total", (*POSTED, ("status", "201"))] == 20


def counted(client, name: str, **labels: str) -> float:
    """Return one sample of a service in this process; what was counted before counts too."""
    wanted = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    for line in client.get("/metrics").text.splitlines():
        if line.startswith(f"{name}{{{wanted}}} " if wanted else f"{name} "):
            return float(line.rpartition(" ")[2])
    return 0.0


def test_a_decision_sent_again_is_counted_once(client, demo):
    labels = {"site": "demo", "action": "save", "layer": "banner"}
    before = counted(client, "consent_decisions_total", **labels)
    body = a_body(demo)
    for _ in range(3):
        post(client, demo, body)
    assert counted(client, "consent_decisions_total", **labels) == before + 1


@pytest.mark.parametrize(
    ("origin", "body", "reason"),
    [
        ("https://evil.example", {}, "origin_not_allowed"),
        (ORIGIN, {}, "invalid_fields"),
        (ORIGIN, [], "malformed"),
    ],
)
def test_a_refusal_is_counted_by_its_reason(client, demo, origin, body, reason):
    before = counted(client, "consent_refusals_total", reason=reason)
    answer = client.post("/v1/sites/demo/records", json=body, headers={"Origin": origin})
    assert answer.headers["Consent-Reason"] == reason
    assert counted(client, "consent_refusals_total", reason=reason) == before + 1


def test_reasons_that_alerts_wait_for_stand_at_nought_from_the_start():
    known = {sample.labels["reason"] for sample in REFUSALS.collect()[0].samples}
    assert {"internal", "not_durable", "too_many"} <= known


def test_a_site_that_is_none_an_address_that_is_none_and_a_wild_method_make_no_label(client):
    client.get("/v1/sites/planted/loader.js")
    client.get("/planted/address")
    client.open("/healthz", method="PLANTED")
    assert "planted" not in client.get("/metrics").text.lower()


def test_the_figures_are_those_of_the_database(client, demo, database):
    assert counted(client, "consent_database_bytes") > 4096
    assert counted(client, "consent_queue_leaves") == 1
    assert counted(client, "consent_ready") == 1
    assert counted(
        client, "consent_build_info", database=database.engine.dialect.name, version="0.1.0"
    )
    on_sqlite = database.engine.dialect.name == "sqlite"
    for name in ("consent_wal_bytes", "consent_disk_free_bytes", "consent_disk_size_bytes"):
        assert (counted(client, name) > 0) == on_sqlite, name
