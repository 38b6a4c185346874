# make run   sets up what is needed and runs the main job (unattended where there is no display)
# make test  sets up what is needed and passes the tests
# make smoke installs the program as anybody does, without pinned versions, and tries SAM, SEAGULL and the window
# See README.md for the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PLAIN := .venv-plain
OUT ?= run-output

.PHONY: run test smoke lint unit bench screenshots resources setup system clean

run: setup
	@$(BIN)/python -m seagull_studio.unattended --auto $(OUT)

test: setup lint unit

# A new environment each time: a newer release of a dependency shows itself here first. What an older build
# left in build/ would be installed along.
smoke: system
	$(PYTHON) -m venv --clear $(PLAIN)
	rm -rf build
	$(PLAIN)/bin/python -m pip install --quiet --disable-pip-version-check .
	$(PLAIN)/bin/python -P tests/smoke/run.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Tests wait for processes, disks and threads a third of their time, so three share two cores; the longest files first.
unit: setup
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: setup
	$(BIN)/python -m tests.bench

screenshots: setup
	$(BIN)/python -m seagull_studio.unattended --screenshots docs/screenshots

resources: setup
	$(BIN)/python -m resources.make_examples

setup: system $(STAMP)

system:
	@.ci/system-libraries

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SEAGULL Studio needs Python 3.11 or newer: run make with PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,postgres]'
	@touch $@

clean:
	rm -rf $(VENV) $(PLAIN) $(OUT) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
