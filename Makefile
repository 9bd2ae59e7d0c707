# Needs Python 3.11 or later and make; everything else is installed into .venv.

PYTHON ?= python3
DUCKDB ?= 2.0
VENV ?= .venv
CLAIMS ?= 100000
CONSTRAINTS := constraints/duckdb-$(DUCKDB).txt
READY := $(VENV)/ready-duckdb-$(DUCKDB)
BIN := $(VENV)/bin

.PHONY: help report test lint types tests soak benchmark constraints clean

help:
	@echo "make report     write discrepancies.html and .md from the ledger in claims/"
	@echo "make test       lint, types and tests with coverage, as CI runs them"
	@echo "make soak       the same tests with larger counts, for a schedule"
	@echo "make benchmark  laws beside other libraries, steps of a check (CLAIMS=100000), a cold start"
	@echo "make clean      remove what make made"

report: $(READY)
	$(BIN)/reconcile report -o discrepancies.html
	$(BIN)/reconcile report -o discrepancies.md

test: lint types tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

tests: $(READY)
	$(BIN)/pytest --cov --cov-report=term --cov-fail-under=90

soak: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[dev,spark]'
	RECONCILE_SOAK=1 $(BIN)/pytest

# A place of its own, without constraints: Soda Core needs an older ruamel.yaml than what is tested.
benchmark:
	$(PYTHON) -m venv $(VENV)-benchmark
	$(VENV)-benchmark/bin/python -m pip install --quiet --disable-pip-version-check -e '.[benchmark]'
	$(VENV)-benchmark/bin/python -m benchmarks.laws --claims $(CLAIMS)
	$(VENV)-benchmark/bin/python -m benchmarks.speed $(CLAIMS)
	$(VENV)-benchmark/bin/python -m benchmarks.start

$(READY): pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or later is needed; say which with PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[dev]'
	@rm -f $(VENV)/ready-*
	@touch $(READY)

# What a fresh install takes today, written down for both lines of DuckDB.
constraints:
	$(PYTHON) constraints/renew.py

clean:
	rm -rf $(VENV) $(VENV)-benchmark discrepancies.html discrepancies.md .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
