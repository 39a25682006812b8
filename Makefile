# Works with GNU make 3.81 and newer and any POSIX shell. `make` lists the targets.

# The first of these that is Python 3.11 or newer and has venv makes .venv.
PYTHON ?= python3.13 python3.12 python3.11 python3 python3.14
# Passed on to pytest by `make test`, to uv by `make lock` (ARGS=--upgrade), and by
# `make bench`, `make faults` and `make hosts`.
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/setup.log
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --retries 3 \
  --no-compile
LOCKED := $(INSTALL) --only-binary :all: --require-hashes --requirement

# Each has an embedded server of its own. Some tests change settings of a whole server, so that on
# one that is given they run one after the other.
TEST_PROCESSES := $(if $(WORKTRAIL_TEST_DATABASE_URL),0,2)

# Hundreds of processes are started by the tests, and each would compile anew all that it imports
# where the environment keeps Python from writing down what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

# Each stamp says that its set-up came to its end. A set-up that was interrupted leaves none, and
# the next one starts from nothing; one that is older than what it installs is brought up to date.
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test bench faults hosts check format format-check lint types layers lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(RUNTIME) ## make .venv and install what the service needs
	@echo "Set up. 'make run' starts Worktrail, 'make test' runs its tests."

run: $(RUNTIME) ## start Worktrail with a demo client, until Ctrl-C
	@exec $(BIN)/worktrail serve --demo

test: $(DEVELOPMENT) ## run the tests (ARGS="-k word" goes to pytest)
	@$(BIN)/python -m pytest -q --numprocesses $(TEST_PROCESSES) --dist loadfile \
	  --ignore=tests/hosts $(ARGS)

bench: $(DEVELOPMENT) ## measure speed, as ratios (needs wrk)
	@$(BIN)/python -m tests.bench $(ARGS)

faults: $(DEVELOPMENT) ## kill and cut what runs, and count what is lost (13 minutes or more)
	@$(BIN)/python -m tests.faults $(ARGS)

hosts: $(DEVELOPMENT) ## let whole hosts die (Linux with iproute2; root or user namespaces)
	@$(BIN)/python -m pytest -q tests/hosts $(ARGS)

check: format-check lint types layers test ## everything that must pass before a change is done

format: $(DEVELOPMENT) ## put imports and layout in order
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format --quiet .

format-check: $(DEVELOPMENT)
	@echo "Checking the format"
	@$(BIN)/ruff format --quiet --diff .

lint: $(DEVELOPMENT)
	@echo "Checking the code (ruff)"
	@$(BIN)/ruff check --quiet .

types: $(DEVELOPMENT)
	@echo "Checking the types (mypy)"
	@$(BIN)/mypy --no-error-summary

layers: $(DEVELOPMENT)
	@echo "Checking the layers (import-linter)"
	@$(BIN)/lint-imports >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }

lock: $(DEVELOPMENT) ## write requirements/*.txt from requirements/*.in (ARGS=--upgrade)
	@set -e; cd requirements; for set in runtime embedded development; do \
	  echo "Locking requirements/$$set.txt"; \
	  ../$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	    --only-binary :all: --generate-hashes --custom-compile-command 'make lock' \
	    --output-file $$set.txt $$set.in $(ARGS); \
	done

clean: ## remove .venv and caches, never data
	@rm -rf $(VENV) __pycache__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find app.py domain application infrastructure interfaces tests -name __pycache__ -prune \
	  -exec rm -rf {} +

$(RUNTIME): $(BIN)/python requirements/runtime.txt requirements/embedded.txt pyproject.toml
	@if test "$$(cat $@ 2>/dev/null)" = '$(CURDIR)'; then rm $@; else $(make_venv); fi
	@echo "Installing what the service needs"
	@$(LOCKED) requirements/runtime.txt >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }
	@echo "Installing the embedded PostgreSQL"
	@$(LOCKED) requirements/embedded.txt >$(LOG) 2>&1 || { $(no_wheel); }
	@echo "Installing this checkout"
	@$(INSTALL) --no-deps --no-build-isolation --editable . >$(LOG) 2>&1 \
	  || { cat $(LOG) >&2; exit 1; }
	@echo '$(CURDIR)' >$@

$(DEVELOPMENT): $(RUNTIME) requirements/development.txt
	@rm -f $@
	@echo "Installing what the checks need"
	@$(LOCKED) requirements/development.txt >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }
	@touch $@

# Its Python has gone, or was never there: .venv is made anew.
$(BIN)/python:
	@rm -f $(RUNTIME)

# A checkout that was moved or copied brings a .venv that runs the code of the old place.
ifneq ($(shell cat $(RUNTIME) 2>/dev/null),$(CURDIR))
.PHONY: $(RUNTIME)
endif

define make_venv
  python=; bare=; \
  for candidate in $(PYTHON); do \
    if $$candidate -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null; then \
      if $$candidate -c 'import ensurepip, venv' 2>/dev/null; then python=$$candidate; break; fi; \
      bare=$${bare:-$$candidate}; \
    fi; \
  done; \
  if test -n "$$python"; then \
    echo "Making $(VENV) with $$($$python --version)"; \
    $$python -m venv --clear $(VENV) || exit 1; \
  elif test -n "$$bare"; then \
    package=$$($$bare -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
    echo "$$bare has no venv module: install the package $$package (Debian, Ubuntu)." >&2; exit 1; \
  else \
    echo "Worktrail needs Python 3.11 or newer, and none of these is one: $(PYTHON)." >&2; exit 1; \
  fi
endef

# Only a missing wheel is let pass: a network that failed shows as pip's warnings of its retries.
define no_wheel
  if grep -q 'No matching distribution found' $(LOG) && ! grep -q 'Retrying' $(LOG); then \
    echo "There is no embedded PostgreSQL for this machine:" \
      "set WORKTRAIL_DATABASE_URL to a PostgreSQL 15 or newer."; \
  else cat $(LOG) >&2; exit 1; fi
endef
