# KPI Web: `make help` lists what there is. Needs Python 3.11 or newer, git and make.
SHELL := /bin/bash
PORT ?= 8000
PYTHON_BIN := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# The apps whose rules must hold on both databases; the engine inside kpi knows no database.
DOMAIN_TESTS := tests/accounts tests/kpi tests/tickets tests/intake tests/notifications
# Three at a time on two cores: tests that kill servers and wait for mails leave a core to another.
PYTEST := $(PYTHON_BIN) -m pytest -n 3 --dist worksteal

# Embedded in a folder that is thrown away, whatever the caller's environment says.
EMBEDDED = env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL -u SECRET_KEY -u SITE_URL -u ALLOWED_HOSTS \
	KPIWEB_ENV=embedded VAR_DIR=var/check
# What a production installation is started with; nothing of it is contacted.
PRODUCTION = env KPIWEB_ENV=production DEBUG=0 VAR_DIR=var/check SITE_URL=https://kpiweb.example.com ALLOWED_HOSTS=kpiweb.example.com \
	DATABASE_URL=postgresql://kpiweb@db.example.com/kpiweb REDIS_URL=redis://redis.example.com/0 \
	EMAIL_URL=smtp+tls://mail.example.com:587 TRUSTED_PROXIES=1 \
	SECRET_KEY=$$($(PYTHON_BIN) -c 'import secrets; print(secrets.token_urlsafe(64))')

.DEFAULT_GOAL := help
.PHONY: help run test check features goldens screenshots setup-run setup-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup-run ## the product with demo people and data on http://localhost:8000 (PORT=9000 for another port)
	@exec $(PYTHON_BIN) manage.py serve --demo --port $(PORT)

test: setup-dev ## the whole suite on PostgreSQL, then the domain tests on SQLite
	KPIWEB_TEST_DB=postgres $(PYTEST)
	KPIWEB_TEST_DB=sqlite $(PYTEST) $(DOMAIN_TESTS) tests/gates/test_admin_lists.py --ignore=tests/kpi/engine

check: setup-dev ## lint, format, types, import floors, migrations, deployment settings, advisories, features
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	$(EMBEDDED) $(PYTHON_BIN) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON_BIN) manage.py check --deploy --fail-level WARNING
	.ci/audit
	$(PYTHON_BIN) -m tests.features

features: setup-dev ## which feature is shown by which journey
	@$(PYTHON_BIN) -m tests.features

goldens: setup-dev ## write the golden scores of the rules anew, to be reviewed as a diff
	$(PYTHON_BIN) -m tests.goldens

screenshots: setup-dev ## take the pictures of the guides anew, from the demo, light and dark
	$(PYTHON_BIN) -m tests.screenshots

setup-run:
	@.ci/setup run

setup-dev:
	@.ci/setup dev
