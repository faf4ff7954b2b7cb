#!/usr/bin/env bash
# Prepares this folder: ./setup.sh run | ./setup.sh test. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-test.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
