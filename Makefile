# What a newcomer types. Every target does its own set-up; a second call reuses it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VOTERS ?= 100000
SEED ?= 2016
UI_PORT ?= 3000
CODE_PORT ?= 4266
APP_PORT ?= 8501
export TMINUS_HOME ?= $(CURDIR)/var
export DAGSTER_HOME ?= $(TMINUS_HOME)/dagster
# Nothing here reports to anybody.
export DO_NOT_TRACK := 1
# uv trusts what the machine trusts, as pip does: a network may have an authority of its own.
export UV_SYSTEM_CERTS ?= true
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

BIN := .venv/bin
UV := .uv/bin/uv
READY := .venv/.ready

.PHONY: help setup demo up test lint bench bench-quick pins clean

help: ## says what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## the environment alone, in .venv

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11; install a newer one and run: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments; run: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv -c constraints.txt

# Made again when what it was made from changes.
$(READY): pyproject.toml constraints.txt | $(UV)
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(READY) ## an invented campaign (VOTERS=100000 SEED=2016), run through, and where it stands
	$(BIN)/tminus demo --voters $(VOTERS) --seed $(SEED)
	$(BIN)/tminus run
	@printf '\nmake up shows it in the browser.\n'

# Background jobs of a shell without job control are born deaf to Ctrl-C, and Dagster makes of TERM
# the same signal; hence set -m, and each is told to end.
# The code server is a process of its own, so that the tier sensor can have it load again.
up: export TMINUS_UI := http://127.0.0.1:$(UI_PORT)
up: $(READY) ## Dagster's code server, webserver and daemon and the app together; Ctrl-C ends all
	@for port in UI_PORT=$(UI_PORT) APP_PORT=$(APP_PORT) CODE_PORT=$(CODE_PORT); do \
	  $(BIN)/python -c "import socket, sys; sys.exit(socket.socket().connect_ex(('127.0.0.1', int('$${port#*=}'))) == 0)" \
	    || { echo "port $${port#*=} is taken; end what uses it, or run: make up $${port%=*}=ANOTHER" >&2; exit 2; }; done
	@mkdir -p "$(DAGSTER_HOME)" && cp dagster.yaml "$(DAGSTER_HOME)/dagster.yaml"
	@printf 'load_from:\n  - grpc_server: {host: 127.0.0.1, port: $(CODE_PORT), location_name: tminus}\n' > "$(DAGSTER_HOME)/workspace.yaml"
	@set -m; trap 'exit 0' INT TERM; trap 'kill $$(jobs -p) 2>/dev/null || true; wait || true' EXIT; \
	$(BIN)/dagster code-server start -m orchestration.definitions -h 127.0.0.1 -p $(CODE_PORT) & \
	until $(BIN)/dagster api grpc-health-check -h 127.0.0.1 -p $(CODE_PORT) >/dev/null 2>&1; do kill -0 $$!; done; \
	$(BIN)/dagster-webserver -w "$(DAGSTER_HOME)/workspace.yaml" -h 127.0.0.1 -p $(UI_PORT) & \
	$(BIN)/dagster-daemon run -w "$(DAGSTER_HOME)/workspace.yaml" & \
	$(BIN)/streamlit run apps/streamlit_app.py --server.address 127.0.0.1 --server.port $(APP_PORT) --server.headless true & \
	printf '\n  Dagster  http://127.0.0.1:$(UI_PORT)\n  app      http://127.0.0.1:$(APP_PORT)\n  Ctrl-C ends all of them.\n\n'; \
	wait -n

test: $(READY) ## every test; TESTS=tests/unit for a part
	$(BIN)/python -m pytest $(or $(TESTS),tests)

lint: $(READY) ## style, types, SQL, the order of the rooms, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

bench: $(READY) ## ours and the peers on the same data in one run; minutes
	$(BIN)/python -m benchmarks

bench-quick: $(READY) ## the same on small data
	$(BIN)/python -m benchmarks --quick

pins: $(READY) ## constraints.txt anew from what is installed
	{ head -1 constraints.txt; $(UV) pip freeze --python $(BIN)/python --exclude-editable; \
	  echo "uv==$$($(UV) --version | cut -d' ' -f2)"; } > constraints.new
	mv constraints.new constraints.txt

clean: ## removes the environment and caches; a home (var) is data and stays
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf dbt_project/target dbt_project/logs build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
