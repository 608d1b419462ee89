# The two commands: `make run` and `make test`. Paths are relative: make cannot deal with spaces.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-db lint format bench setup setup-dev messages clean
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
# The first Python of 3.11 or newer; `make run PYTHON=/some/python3` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$p"; break; fi; done)
TEST_JOBS ?= 2

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: setup ## start everything and open http://127.0.0.1:8000 (PORT, WASL_DATA_DIR, DATABASE_URL)
	@WASL_STOP_WITH_PARENT=1 exec $(PY) -m wasl run

test: setup-dev ## all tests: unit, property, structure, browser
	@exec $(PY) -m pytest -n $(TEST_JOBS) $(ARGS)

test-db: setup-dev ## all tests but those with a browser, on the PostgreSQL that DATABASE_URL names
	@test -n "$$DATABASE_URL" || { echo "Set DATABASE_URL=postgresql://user:password@host:port/name"; exit 2; }
	@exec $(PY) -m pytest -n $(TEST_JOBS) -m "not browser" $(ARGS)

lint: setup-dev ## style, types, the order of the house
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m wasl.launcher.with_sample_settings mypy wasl
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'

format: setup-dev ## put the code into the house's form
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

bench: setup-dev ## measure, and print the table
	@exec $(PY) -m bench $(ARGS)

setup: ## only make .venv, with what is needed to run
	@test -n "$(PYTHON)" || { echo "Wasl needs Python 3.11 or newer, and finds none."; exit 2; }
	@$(PYTHON) wasl/launcher/bootstrap.py demo

setup-dev: ## only make .venv, with what is needed to test and develop
	@test -n "$(PYTHON)" || { echo "Wasl needs Python 3.11 or newer, and finds none."; exit 2; }
	@$(PYTHON) wasl/launcher/bootstrap.py dev

clean: ## remove what tests and checks have left; .venv and the data in var stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache test-results
	@find . -path ./.venv -prune -o -name __pycache__ -type d -print | while read -r d; do rm -rf "$$d"; done
