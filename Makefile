# `make` or `make help` lists what can be done. Only Python 3.11 or newer, make and a package index are needed.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
STAFF_MFA ?= 0
ARGS ?=
PY := .venv/bin/python
TEMPLATES = $(shell find templates -name '*.html')

.DEFAULT_GOAL := help
.PHONY: help run stack backup restore smoke bench audit test check format messages pins clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

run: export STAFF_MFA := $(STAFF_MFA)
run: export EMBEDDED := 1
run: .venv/run.stamp  ## the whole site on http://HOST:PORT/, from nothing
	@HOST='$(HOST)' PORT='$(PORT)' $(PY) manage.py prepare
	@ulimit -n "$$(ulimit -H -n)"; set -a; . ./deploy/granian.env; \
	exec .venv/bin/granian --host '$(HOST)' --port '$(PORT)' portal.wsgi:application

stack: export STAFF_MFA := $(STAFF_MFA)
stack: .venv/run.stamp  ## the production stack (PostgreSQL, Redis, nginx) on STACK_PORT, from deploy/
	@ulimit -n "$$(ulimit -H -n)"; exec $(PY) -m deploy.stack

backup: .venv/run.stamp  ## database, pictures and secret into one file; FILE=… chooses where
	@$(PY) manage.py backup $(FILE)

restore: .venv/run.stamp  ## what a backup holds in the place of what is there; FILE=… names it
	@$(PY) manage.py restore $(FILE)

smoke: .venv/dev.stamp  ## the stack with a replica, in a browser, through the HTTP cache, with parts killed
	@$(PY) -m pytest -x tests/smoke.py $(ARGS)

bench: .venv/run.stamp  ## what a page costs beside this machine's limits; ARGS="--sizes 1000,100000,1000000"
	@ulimit -n "$$(ulimit -H -n)"; set -a; . ./deploy/granian.env; $(PY) -m bench $(ARGS)

audit: .venv/dev.stamp  ## Lighthouse, axe, Nu, feeds, links of a running site; ARGS="http://127.0.0.1:8000 --only axe"
	@$(PY) -m bench.audit $(ARGS)

test: .venv/dev.stamp  ## the test suite on every engine found; ARGS="-k word", REQUIRE=postgres,redis,chromium
	@$(PY) -m tests.engines $(ARGS)

check: .venv/dev.stamp  ## style, templates, migrations, deployment settings, message catalogue
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --target-version 5.2 --check $(TEMPLATES)
	.venv/bin/djhtml --tabwidth 2 --check $(TEMPLATES)
	@set -e; DATA_DIR=$$(mktemp -d); trap 'rm -rf "$$DATA_DIR"' EXIT; \
	export DATA_DIR SITE_URL=https://news.example.org DATABASE_URL= REDIS_URL=; \
	$(PY) manage.py makemigrations --check --dry-run; \
	$(PY) manage.py check --deploy --fail-level WARNING; \
	$(PY) manage.py catalogue --check

format: .venv/dev.stamp  ## put code and templates into the form that `make check` asks for
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	-.venv/bin/djade --target-version 5.2 $(TEMPLATES)
	-.venv/bin/djhtml --tabwidth 2 $(TEMPLATES)

messages: .venv/dev.stamp  ## collect the messages into locale/, keep their translations, compile
	$(PY) manage.py catalogue

pins:  ## resolve requirements*.in again, for all platforms (needs uv)
	for name in requirements requirements-s3 requirements-dev; do PATH="$$PATH:.venv/bin" uv pip compile -q --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$name.in -o $$name.txt || exit; done

clean:  ## remove what can be made again; the site's data in var/ stays
	rm -rf .venv .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# uv is quicker where it is installed; the pip that comes with Python does the same.
define install
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	@echo "Installing $(1) into .venv"
	@if command -v uv >/dev/null; then \
	{ test -x $(PY) || uv venv -q --python "$$(command -v $(PYTHON))" .venv; } && \
	uv pip install -q --python $(PY) --require-hashes -r $(1); \
	else \
	{ $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv; } && \
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $(1); \
	fi
endef

.venv/run.stamp: requirements.txt
	$(call install,requirements.txt)
	@touch $@

.venv/dev.stamp: requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch .venv/run.stamp $@
