.PHONY: run test check bench soak mutants worker setup lock

# Compiled modules are kept: the tests start many processes, and each would compile the whole anew
export PYTHONDONTWRITEBYTECODE =

# The service with its demonstration enterprise, on http://127.0.0.1:8000
run:
	@./setup.sh run
	@exec .venv/bin/chuangyou run

# Everything: the checks, then the tests on SQLite, on PostgreSQL and in a browser
test: check
	@.venv/bin/pytest -n 3 --dist worksteal

# What can be told without running it: style, types, direction of imports, migrations, definitions
check: setup
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@rm -f var/check.sqlite*
	@.venv/bin/python -c 'from workflow.store import schema; url = "sqlite:///var/check.sqlite"; \
		schema.upgrade(url); schema.check(url)'
	@.venv/bin/chuangyou check

# How fast an action is, beside plain SQL and other engines; `make bench QUICK=1` for a first look
bench: setup
	@.venv/bin/python -m tests.bench $(if $(QUICK),--quick)

# Campaign years with faults for as long as wanted: `make soak SEED=1 YEARS=500`; ends at the first thing that is wrong
soak: setup
	@.venv/bin/chuangyou simulate --seed $(or $(SEED),1) --years $(or $(YEARS),500)
	@SEED=$(or $(SEED),1001) CAMPAIGNS=$(or $(CAMPAIGNS),4000) COURSES=$(or $(COURSES),40000) \
		.venv/bin/pytest -q -n 2 tests/engine/test_any_campaign.py

# What the tests of the engine leave unnoticed when it is changed: half an hour; `make mutants ONLY=voting` one module,
# `ONLY=sealing` and others one beyond the engine (tests/mutation)
mutants: setup
	@.venv/bin/python -m tests.mutation $(ONLY)

# Background work alone, for an installation where several machines share one PostgreSQL
worker:
	@./setup.sh run
	@exec .venv/bin/chuangyou worker

setup:
	@./setup.sh test

# Compile the locks again after a change in pyproject.toml; `make lock UPGRADE=--upgrade` takes newer versions
compile := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
lock:
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(compile) pyproject.toml --output-file requirements.lock
	$(compile) pyproject.toml --group test --constraints requirements.lock --output-file requirements-test.lock
	$(compile) --group assets --output-file web/assets/requirements.lock
	$(compile) --group bench --output-file tests/bench/requirements.lock
	$(compile) --group mutants --output-file tests/mutation/requirements.lock
