#!/bin/sh
# certbot's hook: hand the new certificate to the proxy's user and have it read.
set -eu
cd "$(dirname "$0")"
for each in fullchain.pem privkey.pem; do
    install -m 0400 -o 10001 -g 10001 "$RENEWED_LINEAGE/$each" "tls/$each"
done
docker compose exec -T proxy nginx -s reload
