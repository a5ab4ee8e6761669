#!/bin/sh
# Install this release beside the one that runs, or as the first; then switch to it, after a backup.
set -eu
cd "$(dirname "$0")/../.."
wheel=$(echo consent_service-*.whl)
version=${wheel#consent_service-}
version=${version%%-*}
new=/opt/consent/$version

if [ ! -e "$new/complete" ]; then
    rm -rf "$new"
    python3 -m venv "$new"
    "$new/bin/pip" install -q --no-cache-dir --require-hashes -r run.txt
    "$new/bin/pip" install -q --no-cache-dir --no-index --no-deps "$wheel"
    "$new/bin/python" -m compileall -q "$new/lib"
    touch "$new/complete"
fi

getent passwd consent >/dev/null ||
    useradd --system --user-group --home-dir /var/lib/consent --no-create-home --shell /usr/sbin/nologin consent
install -d -m 0755 /etc/consent /usr/local/bin
install -d -m 0700 -o consent -g consent /var/lib/consent /var/backups/consent
[ -e /etc/consent/consent.env ] || install -m 0600 deploy/systemd/consent.env /etc/consent/
install -m 0755 deploy/systemd/consent /usr/local/bin/consent

units="consent.service consent-worker.service"
running=""
if [ -e /opt/consent/current ] && [ "$(readlink /opt/consent/current)" != "$new" ]; then
    systemctl start consent-backup.service
    running=$(systemctl list-units --state=active --plain --no-legend $units | cut -d ' ' -f 1)
    systemctl stop $units
fi
ln -sfn "$new" /opt/consent/current
for unit in deploy/systemd/*.service deploy/systemd/*.timer; do
    install -m 0644 "$unit" /etc/systemd/system/
done
systemctl daemon-reload
if [ -n "$running" ]; then
    consent upgrade
    systemctl start $running
fi
echo "Consent $version is installed."
