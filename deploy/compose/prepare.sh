#!/bin/sh
# Make what compose.yaml expects beside it: keys and passwords, a first certificate signed by itself, the
# folder of backups. `prepare.sh NAME`, as root, in an unpacked release; what is there stays as it is.
set -eu
cd "$(dirname "$0")"
name=$1
[ -e ../../run.txt ] || { echo "This is no release: make one with \`make release\`." >&2; exit 1; }
umask 077
mkdir -p secrets tls backups acme/.well-known/acme-challenge

# Docker hands each container the files it is to see, whose users own nothing here: so anybody may read the
# files, and only root may enter the folder they lie in.
new() { [ -s "secrets/$1" ] || cat >"secrets/$1"; }
openssl rand -hex 24 | new superuser_password
openssl rand -hex 24 | new database_password
openssl rand -hex 32 | new secret_keys
openssl rand -base64 32 | new ledger_key
echo "postgresql+psycopg://consent:$(cat secrets/database_password)@database/consent" | new database_url
chmod 0444 secrets/*

[ -s tls/fullchain.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj "/CN=$name" -addext "subjectAltName=DNS:$name" -keyout tls/privkey.pem -out tls/fullchain.pem 2>/dev/null
# These folders are handed over whole.
chown -R 10001:10001 tls backups
chmod -R a+rX acme database.sh
[ -e .env ] || echo "CONSENT_PUBLIC_URL=https://$name" >.env
