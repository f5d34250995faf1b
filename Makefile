# Portico. `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: venv
venv:
	@$(PYTHON) portal/runtime/bootstrap.py $(VENV) runtime

.PHONY: venv-tests
venv-tests:
	@$(PYTHON) portal/runtime/bootstrap.py $(VENV) runtime tests

.PHONY: run
run: venv ## Start Portico on this machine: database, web, worker and beat
	@exec $(VENV)/bin/python -m portal.runtime.run

.PHONY: test
test: venv-tests ## Everything that CI runs
	@exec $(VENV)/bin/python -m tests.run

.PHONY: format
format: venv-tests ## Format the code and mend what the linter can
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

.PHONY: lock
lock: venv-tests ## Resolve requirements*.in into locked files with hashes
	$(VENV)/bin/python -m tests.lock
