# Portico. `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# What needs neither the data nor the key of the Portico beside it.
MANAGE = PORTICO_HOME=.portico-test PORTICO_SECRET_KEY=$(shell head -c 48 /dev/urandom | base64) $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help run demo-change test openapi format lock venv venv-tests assets

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: venv ## Start Portico on this machine: database, web, worker and beat
	@exec $(BIN)/python -m portal.runtime.run

demo-change: venv ## Let something happen in the demo's production cluster, while Portico runs
	@exec $(BIN)/python -m portal.runtime.demo_change

test: venv-tests assets ## Everything that CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	PORTICO_URL=https://portal.example $(MANAGE) check --deploy --fail-level WARNING
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n 2

openapi: venv-tests ## Write docs/openapi.yaml from the code
	$(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

format: venv-tests ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: venv-tests ## Resolve the .in files into requirements with hashes
	$(BIN)/python -m tests.lock

venv:
	@$(PYTHON) portal/runtime/bootstrap.py $(VENV) runtime

venv-tests:
	@$(PYTHON) portal/runtime/bootstrap.py $(VENV) runtime tests

assets: venv
	@$(BIN)/python -m portal.runtime.frontend

.PHONY: bench
bench: venv-tests ## Measure what requests cost and write docs/performance.md; SIZE=100000 adds a larger catalog
	@exec $(VENV)/bin/python -m bench.run $(if $(SIZE),--sizes 1000 10000 $(SIZE))
