# Every target that a person needs, each with its line of help. `make help` prints them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run serve demo test check lint ruff mypy imports html postgresql crash bench screenshots migration lock clean

PY := .venv/bin/python
# One more than there are cores: a browser test or a crash test often waits.
JOBS ?= $(shell expr $$(nproc) + 1)
# What one run compiles serves the next, whatever the environment says.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -n $(JOBS) --dist worksteal

help: ## List all targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: runtime ## Install, migrate, fill the demo factory when the data folder is empty, and serve
	@exec $(PY) -m app.start --demo

serve: runtime ## The same for a real installation: no demo data, no account (see docs/running.md)
	@exec $(PY) -m app.start

demo: runtime ## Fill the demo factory without serving (DEMO="--groups 1000 --quarters 4" for a large one)
	@$(PY) -m flask --app app demo $(DEMO)

test: workshop ## Everything: rules, tests on SQLite with the browser, HTML check, tests on PostgreSQL
	@scripts/setup-test.sh
	@$(MAKE) --no-print-directory -j 3 lint
	@rm -rf .cache/pages
	@echo "== tests on SQLite"
	@TEST_DATABASE=sqlite $(PYTEST)
	@$(MAKE) --no-print-directory -j 2 html postgresql

check: workshop lint ## The rules alone: ruff, mypy --strict, import-linter, migrations up/down/up, route table, HTML check
	@scripts/setup-test.sh
	@rm -rf .cache/pages
	@$(PYTEST) tests/architecture
	@$(MAKE) --no-print-directory html

lint: ruff mypy imports

ruff: workshop
	@echo "== ruff"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .

mypy: workshop
	@echo "== mypy --strict"
	@.venv/bin/mypy --no-error-summary

imports: workshop
	@echo "== import-linter"
	@.venv/bin/lint-imports --no-logo | tail -n 25

html:
	@echo "== HTML"
	@scripts/check-html.sh

postgresql: workshop
	@echo "== tests on PostgreSQL"
	@TEST_DATABASE=postgresql $(PYTEST) -m "not browser and not crash"

crash: workshop ## A thousand kill -9 during uploads and marks, three hundred more over S3 (KILLS=100 for fewer)
	@KILLS=$${KILLS:-1000} $(PY) -m pytest -s -m crash tests/crash

bench: workshop ## Print the ratios: pages, league growth, publishing, writers, slow phones, photos, start
	@$(PY) -m benchmarks

screenshots: workshop ## Every main page at 390 and 1280 and the prints, into screenshots/
	@scripts/setup-test.sh
	@$(PY) scripts/screenshots.py

migration: workshop ## Write the next numbered migration from the models (NAME="add the rota")
	@$(PY) scripts/migration.py "$(NAME)"

lock: workshop ## Pin the requirements anew, with hashes
	@scripts/lock.sh

clean: ## Remove what the workshop made; never touches var/
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis screenshots

.PHONY: runtime workshop
runtime:
	@[ -n "$$(ls .venv/.installed-$$(sha256sum requirements-dev.lock | cut -c1-16) 2>/dev/null)" ] || scripts/setup-venv.sh requirements.lock

workshop:
	@scripts/setup-venv.sh requirements-dev.lock
