"""A shop that serves the snippet's files itself, as its web server would."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

from whitenoise import WhiteNoise

from tests.journeys.town import _Quiet, _Server

PREFIX = "assets/consent/"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>{head}
<script>window.ran = []</script>
<script type="text/plain" data-consent="performance">ran.push('performance')</script>
<script type="text/plain" data-consent="targeting">ran.push('targeting')</script>
<template data-consent="functional"><p id="film">A film</p></template>
</head><body><header><h1>A shop</h1></header><main>{goods}</main>
<footer><a href="/privacy" data-consent-open>Cookie Preferences</a></footer></body></html>"""


@contextmanager
def shop_with_files(
    folder: Path, goods: str = "<p>Goods</p>"
) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve pages whose heads are in the dictionary, and the files of the folder below PREFIX."""
    heads: dict[str, str] = {}

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        head = heads.get(environ["PATH_INFO"])
        if head is None:  # such as its icon
            start("204 No Content", [])
            return []
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        start("200 OK", headers)
        return [PAGE.format(head=head, goods=goods).encode()]

    files = WhiteNoise(app, root=str(folder), prefix=PREFIX, autorefresh=True)
    server = make_server("127.0.0.1", 0, files, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heads
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
