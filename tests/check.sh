#!/bin/sh
# Every static check. Ends at the first that fails.
set -eu
bin=.venv/bin
$bin/ruff check -q consent migrations tests
$bin/ruff format -q --check consent migrations tests
$bin/mypy
$bin/lint-imports --no-logo >/dev/null || { $bin/lint-imports; exit 1; }
$bin/djlint --quiet --lint templates
npm run --silent check
npm run --silent test
echo "All static checks hold."
