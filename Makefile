# Everything a person types here. The first target that needs the environment builds it.
BIN := .venv/bin
READY := .venv/.ready
.DEFAULT_GOAL := help
# pytest keeps the tests as it rewrote them, which takes each of its processes 5 seconds.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test whole long check lint types structure ui portal bench portable spark acceptance lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## Python environment in .venv, once (PYTHON=, INSTALLER=pip)

$(READY): requirements.lock pyproject.toml
	@bash .ci/setup
	@touch $@

demo: $(READY) ## the whole way on a simulated city: fetch, check, build, gate, publish
	@$(BIN)/cdp demo

test: $(READY) ## every test that is not long, a small demo among them
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -rs -m "not whole and not acceptance"

whole: $(READY) ## the long tests: the demo's week, S3, dbt, PostgreSQL, every command of README and docs
	@$(BIN)/python -m pytest -n 2 --dist loadfile -rs -m "(whole or hypothesis) and not long" --hypothesis-profile many

long: $(READY) ## what takes hours, and is tried once after a change of how builds are planned
	@$(BIN)/python -m pytest -n 2 -rs -m long

check: lint types structure ## lint, types, architecture, documents, SQL

lint: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "to do: $(BIN)/ruff format ."; exit 1; }

types: $(READY)
	@$(BIN)/mypy --no-error-summary

structure: $(READY)
	@$(BIN)/python -m pytest tests/test_architecture.py tests/test_floors.py tests/test_project.py tests/dbt_project/test_sql_style.py tests/dbt_project/test_model_yaml.py

ui: $(READY) ## the Dagster UI on this machine
	@$(BIN)/cdp ui

portal: $(READY) ## the open data as their readers see them, on this machine
	@$(BIN)/cdp portal

bench: $(READY) ## times and memory of the demo against their limits
	@$(BIN)/python -m tests.bench

portable: $(READY) ## what of the models Spark and PostgreSQL would not understand
	@$(BIN)/python -m dbt_project.portable

spark: $(READY) ## every model in full on Spark too, and whether it agrees (needs Java 17; CDP_HOME=)
	@$(BIN)/python -m dbt_project.spark

acceptance: $(READY) ## the whole way on real data sets (DATA=folder)
	@if [ -d "$(DATA)" ]; then ACCEPTANCE_DATA="$$(cd "$(DATA)" && pwd)" $(BIN)/python -m pytest -rs -m acceptance tests/acceptance; \
	else echo "acceptance: skipped, '$(DATA)' is not a folder; name one: make acceptance DATA=folder"; fi

lock: $(READY) ## requirements.lock from requirements.in (ARGS=--upgrade for newer versions)
	@UV_PYTHON_DOWNLOADS=never .bootstrap/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate $(ARGS) requirements.in -o requirements.lock
	@ARGS="$(ARGS)" bash .ci/spark lock

clean: ## removes environments and caches, never data (.cdp)
	@rm -rf .venv .bootstrap .mypy_cache .pytest_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	@rm -rf *.egg-info && find . -name __pycache__ -type d -prune -exec rm -rf {} +
