#!/bin/sh
# Write the lock files anew: hashes for every file, no index address (any mirror serves). Needs uv.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $*"
$compile pyproject.toml --extra postgres --extra redis --extra timestamps --extra parquet --group test --group check --group build -o requirements/dev.txt
$compile pyproject.toml --extra postgres --extra redis --extra timestamps -c requirements/dev.txt -o requirements/run.txt
$compile --group build -c requirements/dev.txt -o requirements/build.txt
$compile --group node -o requirements/node.txt
