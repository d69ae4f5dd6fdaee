# Every task of the project; `make help` lists them. A machine needs Python 3.11 or newer and git.
PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
EXAMPLES ?= 100
REMINDERS ?= 100000
TIMERS ?= 20000
PEOPLE ?= 500
SECONDS ?= 120
KILLS ?= 100
export PORT

# What Python has compiled is kept: the demo, the workers and the commands of the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMPS := .venv/.stamps
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --annotation-style line

# uv does not read pip's settings; whoever gives pip a mirror means it for both.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# A network may have a certificate authority of its own: trust what the machine trusts, as pip and git do.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),1,0)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check format bench kill smtp load-deadline load-500 race clock models fuzz screenshots messages access lock clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(BIN)/trinh $(STAMPS)/browser ## Make .venv with all that runs, builds and tests the program
	@$(BIN)/python hatch_build.py

run: setup ## Run the demonstration on http://127.0.0.1:8000 (PORT=9000 for another)
	$(BIN)/trinh run

test: setup ## Run all tests, the browser's too, on SQLite and PostgreSQL
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

check: setup ## Check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports --no-logo

format: setup ## Format the code and fix what can be fixed without thought
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## Measure steps, inbox and reminders side by side with their floor
	$(BIN)/python -m benchmarks

kill: N = 200
kill: setup ## End the program with -9 N (200) times in the middle of its work
	KILLS=$(N) $(BIN)/pytest -m kill

smtp: setup ## Send mail through a server that misbehaves in every way, and count what was promised
	$(BIN)/python -m tests.campaigns.smtp

load-deadline: setup ## Let REMINDERS and TIMERS fall due in one second, then end workers with -9 KILLS times
	$(BIN)/python -m tests.campaigns.load_deadline --reminders $(REMINDERS) --timers $(TIMERS) \
	  --kills $(KILLS) --workers $(WORKERS)

load-500: setup ## Let PEOPLE (500) reviewers work at once for SECONDS (120) on a real server and PostgreSQL
	$(BIN)/python -m tests.campaigns.load_500 --people $(PEOPLE) --seconds $(SECONDS)

race: N = 2000
race: setup ## Let two people reach for the same thing N (2000) times; one wins, the other is told who
	$(BIN)/python -m tests.campaigns.race --races $(N)

clock: setup ## Let deadlines fall due while clocks jump, differ and change zone
	$(BIN)/python -m tests.campaigns.clock

models: N = 500
models: setup ## Walk N (500) random diagrams and paths beside the stock engine
	TRINH_MODEL_WALKS=$(N) $(BIN)/pytest tests/models --timeout 3600 --hypothesis-profile=searching

fuzz: setup ## Send every operation of the API EXAMPLES right and wrong requests, new ones every time (EXAMPLES=100)
	TRINH_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/functional/api/test_fuzzing.py \
	  --numprocesses $(WORKERS) --timeout 36000

screenshots: setup ## Take the pictures of the documentation anew
	$(BIN)/python -m tests.browser.screenshots

messages: setup ## Bring the catalogue of translations up to date with the sentences in the code
	$(BIN)/python -m tests.support.messages

access: setup ## Write into the reference who may do what, as the program declares it
	$(BIN)/python -m tests.support.access_reference

lock: $(STAMPS)/uv ## Choose the newest versions pyproject.toml allows and write them down with hashes
	$(LOCK) --group pyproject.toml:bootstrap --output-file requirements/bootstrap.txt
	$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) pyproject.toml --group dev --constraints requirements/bootstrap.txt \
	  --constraints requirements/runtime.txt --output-file requirements/dev.txt

clean: ## Remove what these tasks made; data stays
	rm -rf .venv service/web/static/dist frontend/node_modules \
	  tests/browser/axe/node_modules tests/browser/chromium/node_modules tests/browser/chromium/unpacked \
	  .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find service tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMPS)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements/dev.txt $(STAMPS)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $<
	@touch $@

$(BIN)/trinh: pyproject.toml $(STAMPS)/packages
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/browser: tests/browser/chromium/package-lock.json tests/browser/axe/package-lock.json \
  tests/support/chromium.py tests/support/axe.py $(BIN)/trinh
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m tests.support.axe
	@touch $@
