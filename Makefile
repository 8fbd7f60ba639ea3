# What a stranger needs: Python 3.11 or newer, and make.
PYTHON ?= python3
VENV ?= .venv
SAM_VENV ?= .venv-sam
MINISTACK_VENV ?= .venv-ministack
BIN := $(VENV)/bin
SAM := $(SAM_VENV)/bin/sam
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.PHONY: help install demo test test-deploy soak bench check format lock clean

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(BIN)/rediscover ## Make .venv with the rediscover command in it

$(VENV)/.run: requirements/run.txt pyproject.toml
	@echo "Installing into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(BIN)/python $(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(BIN)/rediscover: $(VENV)/.run

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing the test and check tools into $(VENV)"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(SAM): requirements/sam.txt
	@echo "Installing the SAM CLI into $(SAM_VENV)"
	@$(PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r $<
	@touch $@

$(MINISTACK_VENV)/.done: requirements/ministack.txt
	@echo "Installing MiniStack into $(MINISTACK_VENV)"
	@$(PYTHON) -m venv $(MINISTACK_VENV)
	@$(MINISTACK_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r $<
	@touch $@

demo: $(BIN)/rediscover ## Archive a simulated playlist for two weeks, on the real state machine
	@$(BIN)/rediscover demo

test: $(VENV)/.dev ## Run every test
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

test-deploy: $(VENV)/.dev $(SAM) $(MINISTACK_VENV)/.done ## Deploy with the SAM CLI to MiniStack on this machine, run, update, delete (about 5 minutes)
	@$(BIN)/python -m pytest -m deploy tests/deploy $(PYTEST_ARGS)

soak: $(VENV)/.dev ## Run the fault tests at length: every fault everywhere, 50 rounds, 1,000 random sequences (an hour or more)
	@SOAK=1 EXAMPLES=$${EXAMPLES:-1000} $(BIN)/python -m pytest tests/faults $(PYTEST_ARGS)

bench: $(VENV)/.dev ## Measure requests, times, sizes and memory, and draw docs/bench.svg
	@$(BIN)/python -m bench

check: $(VENV)/.dev $(SAM) ## Check format, lint, types, template and state machine
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --region us-east-1
	$(BIN)/python -m pytest --quiet tests/checks

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev ## Pin every dependency, with hashes, for every platform and Python
	$(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-strip-extras --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-strip-extras --python-version 3.11 --extra dev pyproject.toml requirements/build.in -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-strip-extras --python-version 3.11 requirements/sam.in -o requirements/sam.txt
	$(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-strip-extras --python-version 3.11 requirements/ministack.in -o requirements/ministack.txt
	$(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-strip-extras --python-version 3.13 functions/requirements.in -c requirements/run.txt -o functions/requirements.txt

clean: ## Remove what was installed and built
	rm -rf $(VENV) $(SAM_VENV) $(MINISTACK_VENV) .aws-sam build *.egg-info .pytest_cache .mypy_cache .ruff_cache
