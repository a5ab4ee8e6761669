"""It runs in a back end that has nothing of the service: no database, no settings, no Flask."""

import subprocess
import sys

from tests.house.sources import PACKAGE

# The package's own front door makes the service; a site that imports this room needs none of it.
ALONE = f"""
import sys, types
package = types.ModuleType("consent")
package.__path__ = [{str(PACKAGE)!r}]
sys.modules["consent"] = package
from consent.integrations import asgi, django, wsgi
print(" ".join(sorted(name for name in sys.modules)))
"""


def test_the_room_and_its_adapters_import_nothing_of_the_service():
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.split()
    ours = {name.split(".")[1] for name in loaded if name.startswith("consent.")}
    assert ours == {"integrations", "regulations"}
    assert not {"flask", "werkzeug", "sqlalchemy", "marshmallow", "django"} & set(loaded)
