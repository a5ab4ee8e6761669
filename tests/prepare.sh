#!/bin/sh
# Bring what the tests need besides Python packages: style sheets of others, and a browser. Says plainly
# what is missing.
set -eu
if command -v npm >/dev/null; then make -s node_modules/.stamp; fi
if command -v chromium >/dev/null || [ -n "${CONSENT_TEST_CHROMIUM:-}" ]; then exit 0; fi
if command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    echo "Installing Debian's chromium for the browser tests (once)..."
    { $sudo apt-get -q update && $sudo apt-get install -qy --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 || true
fi
command -v chromium >/dev/null || echo "No Chromium: the browser tests will be skipped. Install the package chromium." >&2
