"""The WSGI app for servers that load it by name."""

import sys

from consent import config, logs
from consent.app import create_app

# The one writer thread gives up the interpreter at each statement and must get it back from request
# threads. At Python's 5 ms it waits in line a dozen times a decision; at half a millisecond a third
# more decisions pass (`make bench`).
sys.setswitchinterval(0.0005)

settings = config.with_keys(config.load())
logs.setup(settings)
app = create_app(settings)
