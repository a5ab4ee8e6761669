"""Whoever asks somebody else goes through the opener, so that nothing forgets to look."""

import ast

from tests.house.sources import SOURCES, name_of, tree_of

SPEAKING = {"urllib3", "requests", "httpx", "http.client", "urllib.request", "smtplib", "ftplib"}
# Who has a reason of its own, and which.
ALLOWED = {
    "consent/outgoing/messages.py": "the opener itself",
    "consent/outgoing/opener.py": "the opener itself",
    # the operator types the address, at the machine itself, and wants to see every host of it
    "consent/doctor/wire.py": "the operator's own question",
    # the address of a log that whoever verifies it types at their own machine
    "consent/verification/target.py": "the verifier's own question",
    # waits for the service it has started, on this machine
    "consent/cli/demo.py": "the demo's own address",
}


def test_nothing_else_speaks_to_the_network():
    found = set()
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
            if SPEAKING & set(names) or any(each.split(".")[0] == "urllib3" for each in names):
                found.add(name_of(path))
    assert found <= ALLOWED.keys(), found
