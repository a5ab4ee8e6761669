#!/bin/sh
# Install hash-locked requirements and this project into a virtual environment: install.sh VENV run|dev
set -eu
venv=$1
kind=$2
pip="$venv/bin/pip install -q --disable-pip-version-check"

echo "Installing what it needs (once)..."
if [ "$kind" = run ]; then
    $pip --require-hashes -r requirements/run.txt
    $pip --require-hashes -r requirements/build.txt
else
    $pip --require-hashes -r requirements/dev.txt
fi
# The snippet is bundled when the package is installed; Node comes from PyPI where there is none.
command -v npm >/dev/null || [ -x "$venv/bin/npm" ] || $pip --require-hashes -r requirements/node.txt
PATH="$(pwd)/$venv/bin:$PATH" $pip --no-build-isolation --no-deps -e .
touch "$venv/.$kind"
if [ "$kind" = dev ]; then touch "$venv/.run"; fi
