#!/bin/sh
# Bring what the tests need besides Python packages: style sheets of others, a browser, proxies. Says
# plainly what is missing.
set -eu
if command -v npm >/dev/null; then make -s node_modules/.stamp; fi
PATH="$PATH:/usr/sbin:/sbin"
missing=""
command -v chromium >/dev/null || [ -n "${CONSENT_TEST_CHROMIUM:-}" ] || missing="chromium fonts-dejavu-core"
command -v php >/dev/null || missing="$missing php-cli"
# Where systemd runs, Debian would start the proxies at once: there they are left to you.
[ -d /run/systemd/system ] || for each in nginx caddy apache2; do
    command -v $each >/dev/null || missing="$missing $each"
done
if [ -n "$missing" ] && command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    echo "Installing from Debian, once, for the tests:$missing"
    $sudo apt-get -q update >/dev/null 2>&1 || true
    for each in $missing; do
        $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get install -qy --no-install-recommends "$each" >/dev/null 2>&1 || true
    done
fi
command -v chromium >/dev/null || [ -n "${CONSENT_TEST_CHROMIUM:-}" ] ||
    echo "No Chromium: the browser tests will be skipped. Install the package chromium." >&2
for each in nginx caddy apache2 php; do
    command -v $each >/dev/null || echo "No $each: its tests will be skipped. Install its package." >&2
done
