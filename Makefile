# Two commands do it all on a fresh machine: make demo, make test. Each makes .venv from the lock file first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench lab lock system

demo: .venv/ready system
	$(BIN)/finops demo --dir demo

test: .venv/ready system
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/finops notebooks lint

bench: .venv/ready
	$(BIN)/python tests/benchmarks/warehouse.py

lab: .venv/ready
	$(BIN)/finops lab --workspace demo

lock: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --quiet -o requirements.lock

# What WeasyPrint needs and pip cannot bring: installed where we may, clearly named where not.
system: .venv/ready
	@.ci/system-libraries $(BIN)/python

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "finops needs Python 3.11 or newer; set one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	touch $@
