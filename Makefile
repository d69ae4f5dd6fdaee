# Every task of the project. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
export PORT

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
FRONTEND_SOURCES := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(BIN)/trinh $(STAMPS)/frontend ## Make .venv with everything that runs, builds and tests the project

$(STAMPS)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements/dev.txt $(STAMPS)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $<
	@touch $@

$(BIN)/trinh: pyproject.toml hatch_build.py $(STAMPS)/packages
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/frontend: $(FRONTEND_SOURCES) $(BIN)/trinh
	$(BIN)/python hatch_build.py
	@touch $@
