# Two commands: `make demo` runs a county, `make test` tries everything.
VENV := .venv
PYTHON := $(VENV)/bin/python
LINLI := $(VENV)/bin/linli
PIP := $(PYTHON) -m pip --disable-pip-version-check
PORT ?= 8000
PYTEST := $(VENV)/bin/pytest -q -n 2 --dist loadfile --no-loadscope-reorder
FAST := tests/architecture tests/unit --ignore=tests/unit/database --ignore=tests/unit/flows/demo \
	-m "not slow and not browser and not real_data and not database"
export LINLI_HOME ?= $(CURDIR)/var/home
# What is compiled once serves each worker, server and command that the tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types whole install dev clean

help:
	@echo "make demo    a running county on 127.0.0.1:$(PORT) (PORT=... chooses)"
	@echo "make test    every test"
	@echo "make check   lint, types, imports and the tests without a database"
	@echo "make whole   translations, process definitions and the table of rights"

# Everything is installed by hash; --no-deps because the lock file is complete.
$(VENV)/runtime: requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: apt-get install python3"; exit 1; }
	@test -x $(PYTHON) || python3 -m venv $(VENV) || { echo "apt-get install python3-venv"; exit 1; }
	$(PIP) install --require-hashes --no-deps --progress-bar on -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/development: requirements-dev.lock pyproject.toml | $(VENV)/runtime
	$(PIP) install --require-hashes --no-deps --progress-bar on -r requirements-dev.lock
	@touch $@

install: $(VENV)/runtime
dev: $(VENV)/development

demo: install
	@exec $(LINLI) demo --port $(PORT)

lint: dev
	$(VENV)/bin/ruff check src tests benchmarks scripts
	$(VENV)/bin/ruff format --check src tests benchmarks scripts

types: dev
	$(VENV)/bin/mypy

whole: dev
	$(LINLI) check

# Fast tests need no database and try a quarter of the long properties; `make test` runs all.
check: export LINLI_EXAMPLES ?= 0.25
check: lint types
	$(PYTEST) $(FAST)

test: dev
	$(PYTEST)

clean:
	rm -rf $(VENV) var
