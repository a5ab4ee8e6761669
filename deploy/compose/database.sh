#!/bin/sh
# Run by the PostgreSQL image on its first start: the service's role owns its database and is no superuser.
set -eu
psql -q -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database_password)" -U postgres <<'SQL'
CREATE ROLE consent LOGIN PASSWORD :'password';
CREATE DATABASE consent OWNER consent;
SQL
