# Everything a person types. `make` alone lists it.
SHELL := /bin/sh
.DELETE_ON_ERROR:
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export MAINSTAY_DEMO ?= true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1
# compiled modules are kept, whatever the environment says: many processes start here
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo-data serve install dev reset test test-sqlite test-postgres test-postgres-pages test-crashes coverage test-pages check fix browser manual locks frontend bench clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: demo-data ## install, load the made-up city, serve it, print address and sign-ins
	@$(BIN)/mainstay serve --port $(PORT)

demo-data: install ## load the made-up city into an empty database, without serving it
	@$(BIN)/mainstay manage migrate --verbosity 0
	@$(BIN)/mainstay manage migrate --verbosity 0 --database reads 2>/dev/null || true
	@$(BIN)/mainstay demo --if-empty

serve: install ## serve only, on PORT
	@$(BIN)/mainstay serve --port $(PORT)

reset: ## forget the made-up city (var/); the next `make run` starts over
	rm -rf var

install: $(VENV)/.run ## make .venv with the command .venv/bin/mainstay

dev: $(VENV)/.dev ## install what tests and checks need as well

# no ensurepip assumed: the environment is made empty and filled from outside by the machine's pip
$(VENV)/.uv: requirements/uv.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python install -q --require-hashes -r requirements/uv.txt 2>/dev/null || echo "uv is not to be had: plain pip will do"
	@touch $@

# uv where it could be had, else the machine's pip: the same file, the same hashes
define install_from
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
	else $(PYTHON) -m pip --python $(BIN)/python install -q --require-hashes -r $(1); fi
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else $(PYTHON) -m pip --python $(BIN)/python install -q --no-deps --no-build-isolation -e .; fi
endef

$(VENV)/.run: $(VENV)/.uv requirements/run.txt pyproject.toml
	@echo "Installing Mainstay into $(VENV) …"
	$(call install_from,requirements/run.txt)
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing what tests and checks need …"
	$(call install_from,requirements/dev.txt)
	@touch $@

check: dev ## lint, format, types, floors, templates, generated manual
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint src/mainstay --extension jinja
	$(BIN)/python -m mainstay.law.manual --check
	$(BIN)/python -m mainstay.roof.procedures --check
	$(BIN)/python -m mainstay.roof.agreement --check
	$(BIN)/mainstay manage makemigrations --check --dry-run --verbosity 0
	@! git grep -nIE 'p[y]pi\.org|p[y]thonhosted|registry\.n[p]mjs|n[p]mjs\.org' -- . || (echo "a package registry's host is named above" && exit 1)

fix: dev ## mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: test-sqlite test-postgres ## everything, on SQLite and on PostgreSQL

test-sqlite: dev ## everything once; the service on SQLite
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q

test-crashes: dev ## whoever issues notices or takes money is killed a hundred times, on both databases
	MAINSTAY_TEST_KILLS=100 $(BIN)/pytest -q -m crashes tests/integration
	MAINSTAY_TEST_KILLS=100 MAINSTAY_TEST_DATABASE=postgres $(BIN)/pytest -q -m crashes tests/integration

coverage: dev ## everything once, with the lines and branches that were run
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered --cov-report=html:var/coverage -q

test-postgres: dev ## what touches the database again, on PostgreSQL (MAINSTAY_TEST_DATABASE_URL: another server)
	MAINSTAY_TEST_DATABASE=postgres $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q tests/integration \
		tests/web/test_hostile_values.py tests/web/attendance tests/web/record tests/web/documents

test-postgres-pages: dev ## the tests of every other page on PostgreSQL too, and the made-up city; `make test` opens each page there once
	MAINSTAY_TEST_DATABASE=postgres $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q tests/web
	MAINSTAY_TEST_DATABASE=postgres $(BIN)/pytest -q -m city tests/integration

browser: ## install chromium from Debian, for the real-browser tests
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)

manual: dev ## write docs/reference/rules.md and procedures.md anew
	$(BIN)/python -m mainstay.law.manual --write
	$(BIN)/python -m mainstay.roof.procedures --write
	$(BIN)/python -m mainstay.roof.agreement --write

locks: dev ## resolve requirements/*.in anew
	for f in uv run dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/$$f.in -o requirements/$$f.txt; done
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/run.in requirements/spark.in -o requirements/spark.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/run.in requirements/linkage.in -o requirements/linkage.txt

frontend: ## build CSS and JavaScript anew (maintainers only; needs Node)
	sh frontend/build.sh

bench: dev ## the quick benchmarks
	$(BIN)/python benchmarks/registers.py --quick
	$(BIN)/python benchmarks/pages.py --quick
	$(BIN)/python benchmarks/documents.py --quick
	$(BIN)/python benchmarks/bundle.py --quick
	$(BIN)/python benchmarks/audit.py --quick
	$(BIN)/python benchmarks/matching.py --quick
	$(BIN)/python -m benchmarks.year_end

clean: ## remove what was built, keep the data
	rm -rf $(VENV) .cache build
