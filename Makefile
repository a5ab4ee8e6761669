# `make` lists the commands. Everything is installed into .venv from hash-locked requirements.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
T ?= tests
J ?= 2

.PHONY: help run test check fix bench bundle release seed upgrade lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## start the service, its worker and a demo shop; Ctrl-C ends all
	@$(VENV)/bin/consent demo

test: $(VENV)/.dev  ## run every test on SQLite and PostgreSQL, browser included (T=path narrows)
	@sh tests/prepare.sh
	@$(PY) -m pytest -n $(J) --dist loadscope $(T)

check: $(VENV)/.dev node_modules/.stamp  ## every static check
	@sh tests/check.sh

fix: $(VENV)/.dev  ## format and mend what can be mended
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format -q .

bench: $(VENV)/.dev  ## measure speed and size
	@sh tests/prepare.sh
	@$(PY) -m tests.bench

bundle: $(VENV)/.run  ## build the snippet into static/dist
	@$(PY) consent/snippet/build.py

release: $(VENV)/.run  ## make dist/consent-VERSION.tar.gz, all that a server needs
	@sh deploy/release.sh $(VENV)

seed: $(VENV)/.run  ## make the demo site
	@$(VENV)/bin/consent upgrade && $(VENV)/bin/consent seed

upgrade: $(VENV)/.run  ## migrate the database to this release
	@$(VENV)/bin/consent upgrade

lock:  ## write the lock files anew (needs uv)
	@requirements/lock.sh

clean:  ## remove what was installed and built; data under var/ stays
	rm -rf $(VENV) node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A new release of a lock file, the project file or the snippet's sources installs again.
SNIPPET := $(shell find static/js/snippet static/js/build.mjs package-lock.json 2>/dev/null)

$(VENV)/bin/python:
	@sh requirements/venv.sh $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml $(SNIPPET) | $(VENV)/bin/python
	@sh requirements/install.sh $(VENV) run

$(VENV)/.dev: requirements/dev.txt pyproject.toml $(SNIPPET) | $(VENV)/bin/python
	@sh requirements/install.sh $(VENV) dev

node_modules/.stamp: package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@
