# What a stranger needs: Python 3.11 or newer, and make.
PYTHON ?= python3
VENV ?= .venv
SAM_VENV ?= .venv-sam
MINISTACK_VENV ?= .venv-ministack
CHECKS_VENV ?= .venv-checks
SBOM_VENV ?= .venv-sbom
LOCALSTACK_VENV ?= .venv-localstack
MUTATION_VENV ?= .venv-mutation
PYTHON313 ?= $(shell .ci/find-python313)
ENGINES := tests/other_engines/node_modules
BIN := $(VENV)/bin
SAM := $(SAM_VENV)/bin/sam
SBOM = $(SBOM_VENV)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible
COMPILE = $(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-strip-extras
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps
CHECK_PYTHON := import sys; sys.exit(sys.version_info < (3, 11))
# A .venv whose Python is gone or too old, or whose checkout was moved.
LEFT_BEHIND := $(shell test ! -e $(VENV) || { $(BIN)/python -c '$(CHECK_PYTHON)' 2>/dev/null && \
  { test ! -e $(BIN)/rediscover || grep -qF "$(abspath $(BIN))/" $(BIN)/rediscover; }; } || echo left-behind)

# What Python has compiled once is not compiled for every process, whatever an image of a container says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: $(LEFT_BEHIND) help install demo test test-deploy test-install test-system test-engines test-stepfunctions-local test-aws walk simulate simulate-mutants mutation soak bench check hooks check-node permissions flow options dependencies sbom format lock clean

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 27

install: $(BIN)/rediscover ## Make .venv with the rediscover command in it

$(VENV)/.run: requirements/run.txt requirements/build.in pyproject.toml hatch_build.py $(LEFT_BEHIND)
	@$(PYTHON) -c '$(CHECK_PYTHON)' || { echo "There is no Python 3.11 or newer as $(PYTHON): say where one is, as in make $(firstword $(MAKECMDGOALS) install) PYTHON=python3.13"; exit 1; } >&2
	@echo "Installing into $(VENV)$(if $(LEFT_BEHIND), anew: the one left behind does not run)"
	@$(PYTHON) -m venv $(if $(LEFT_BEHIND),--clear) $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(BIN)/python $(PIP_INSTALL) --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q rediscover functions # as pip does, where it is not editable
	@touch $@

$(BIN)/rediscover: $(VENV)/.run

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing the test and check tools into $(VENV)"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(SAM_VENV)/.done: requirements/sam.txt
$(MINISTACK_VENV)/.done: requirements/ministack.txt
$(CHECKS_VENV)/.done: requirements/checks.txt
$(SBOM_VENV)/.done: requirements/sbom.txt

$(addsuffix /.done,$(SAM_VENV) $(MINISTACK_VENV) $(CHECKS_VENV) $(SBOM_VENV)): %/.done:
	@echo "Installing $< into $*"
	@$(PYTHON) -m venv $*
	@$*/bin/python $(PIP_INSTALL) --require-hashes -r $<
	@touch $@

$(SAM): $(SAM_VENV)/.done
	@touch $@

demo: $(BIN)/rediscover ## Archive a simulated playlist for two weeks, on the real state machine
	@$(BIN)/rediscover demo

test: $(VENV)/.dev ## Run every test
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

test-deploy: $(VENV)/.dev $(SAM) $(MINISTACK_VENV)/.done ## Deploy with the SAM CLI to MiniStack on this machine, run, update, delete (about 8 minutes)
	@$(BIN)/python -m pytest -m deploy tests/deploy $(PYTEST_ARGS)

test-install: $(VENV)/.dev ## Install the command in every way, use it, uninstall it (needs the package index; about 3 minutes)
	@$(BIN)/python -m pytest --numprocesses 3 -m install tests/install/test_ways.py $(PYTEST_ARGS)

test-system: $(VENV)/.dev ## Let cron start a run, and buildah build and run the container; what is missing is named (about 5 minutes)
	@$(BIN)/python -m pytest -m system tests/system $(PYTEST_ARGS)

$(ENGINES)/.done: tests/other_engines/package-lock.json
	@command -v npm >/dev/null || { echo "There is no npm here: install Node.js 20 or newer, or leave it at make test."; exit 1; }
	@npm ci --silent --ignore-scripts --no-audit --no-fund --prefix tests/other_engines
	@touch $@

$(LOCALSTACK_VENV)/.done: requirements/localstack.txt | $(VENV)/.dev
	@echo "Installing LocalStack into $(LOCALSTACK_VENV)"
	@$(PYTHON313) -m venv --clear --without-pip $(LOCALSTACK_VENV)
	@$(BIN)/uv pip install --quiet --no-deps --require-hashes --python $(LOCALSTACK_VENV)/bin/python -r $<
	@touch $@

test-engines: $(VENV)/.dev $(ENGINES)/.done $(if $(PYTHON313),$(LOCALSTACK_VENV)/.done) ## Compare two further interpreters, in Node.js and LocalStack, with the embedded engine (about 3 minutes)
	@$(BIN)/python -m pytest -m elsewhere tests/other_engines/test_node.py tests/other_engines/test_localstack.py $(PYTEST_ARGS)

test-stepfunctions-local: $(VENV)/.dev ## Run every case, and the real functions, on AWS Step Functions Local (needs Docker)
	@$(BIN)/python -m tests.other_engines.stepfunctions_local
	@$(BIN)/python -m pytest -m elsewhere tests/other_engines/test_stepfunctions_local.py $(PYTEST_ARGS)

test-aws: $(VENV)/.dev ## Run the tests on a stack deployed to AWS, as docs/engines.md says: STACK=, SOURCE=, TARGET=
	@: $${STACK:?is the name of the stack} $${SOURCE:?is a playlist to copy from} $${TARGET:?is a playlist to add to}
	@$(BIN)/python -m pytest -m elsewhere tests/other_engines/test_aws_stack.py tests/other_engines/test_aws_states.py $(PYTEST_ARGS)

walk: $(VENV)/.dev ## Type every command in a terminal, and write docs/walk.md and the pictures (needs Chromium; about 2 minutes)
	@$(BIN)/python -m tools.walk

simulate: $(VENV)/.dev ## Simulate sequences of runs for SECONDS (60); SEED= shows one, with SHORT=1 as short as it gets
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED) $(if $(SHORT),--short),--seconds $(or $(SECONDS),60))

simulate-mutants: $(VENV)/.dev ## Sabotage the guard in each of its parts, and see that the simulation finds it (20 minutes)
	@$(BIN)/python -m tests.simulation.mutants --seconds $(or $(SECONDS),60)

$(MUTATION_VENV)/.done: requirements/mutation.txt $(VENV)/.dev
	@echo "Installing mutmut into $(MUTATION_VENV)"
	@$(PYTHON) -m venv --clear $(MUTATION_VENV)
	@$(MUTATION_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(MUTATION_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r $<
	@touch $@

mutation: $(MUTATION_VENV)/.done ## Change the code of pairs and targets in 3,200 ways, and see what the unit tests notice (half an hour)
	@$(MUTATION_VENV)/bin/python -m tools.mutation $(MUTANTS)

soak: $(VENV)/.dev ## Test at length: 140,000 hostile answers and inputs, every fault everywhere, every pair of faults, random sequences (two hours or more)
	@FUZZ=$${FUZZ:-20000} $(BIN)/python -m pytest tests/unit/test_any_answer.py $(PYTEST_ARGS)
	@SOAK=1 EXAMPLES=$${EXAMPLES:-1000} $(BIN)/python -m pytest tests/unit/test_growing.py tests/statemachine/test_answers.py tests/faults tests/integration tests/cli/test_damaged_files.py tests/cli/test_surroundings.py tests/cli/test_walk.py $(PYTEST_ARGS)
	@$(BIN)/python -m tests.simulation --seconds 1800
	@$(BIN)/python -m tests.simulation.pairs

bench: $(VENV)/.dev ## Measure requests, times, sizes and memory, and draw docs/bench.svg
	@$(BIN)/python -m bench

check: $(VENV)/.dev $(SAM) $(CHECKS_VENV)/.done ## Check format, lint, types, templates, state machine, shell, secrets and dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python -m tools.format_asl --check
	SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --region us-east-1
	$(CHECKS_VENV)/bin/checkov
	$(CHECKS_VENV)/bin/shellcheck .ci/run .ci/find-python313 .ci/find-secrets .ci/validate-asl
	.ci/find-secrets
	$(BIN)/python .ci/audit.py $(CHECKS_VENV)/bin/pip-audit requirements/dev.txt || [ $$? -eq 3 ]
	$(BIN)/python -m pytest --quiet tests/checks

hooks: $(VENV)/.dev ## Let git run the first of these checks before each commit
	@$(BIN)/pre-commit install

check-node: ## Check the state machines with asl-validator (needs Node.js and npm)
	@command -v npm >/dev/null || { echo "There is no npm here: install Node.js, or leave it at make check."; exit 1; }
	@.ci/validate-asl

permissions: $(VENV)/.dev ## Write docs/permissions.md: what each role may do, from the template
	@$(BIN)/python -m tools.permissions

flow: $(VENV)/.dev ## Draw docs/flow.svg from the state machine
	@$(BIN)/python -m tools.flow

options: $(VENV)/.dev ## Write the table of options in docs/sources.md, from the input's schema
	@$(BIN)/python -m tools.options

dependencies: $(VENV)/.dev ## Write docs/dependencies.md: versions and licences
	@$(BIN)/python -m tools.dependencies

sbom: $(SBOM_VENV)/.done ## Write build/sbom-functions.json and build/sbom-rediscover.json (CycloneDX) from the locks
	@mkdir -p build
	@$(SBOM) functions/requirements.txt --output-file build/sbom-functions.json
	@$(SBOM) requirements/run.txt --output-file build/sbom-rediscover.json

format: $(VENV)/.dev ## Format the code and the state machines
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m tools.format_asl

lock: $(VENV)/.dev ## Pin every dependency, with hashes, for every platform and Python (LocalStack for Linux and 3.13)
	$(COMPILE) --universal --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.txt
	$(COMPILE) --universal --python-version 3.11 --extra dev pyproject.toml requirements/build.in -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) --universal --python-version 3.13 functions/requirements.in -c requirements/run.txt -o functions/requirements.txt
	$(COMPILE) --python-platform linux --python-version 3.13 requirements/localstack.in -o requirements/localstack.txt
	$(COMPILE) --universal --python-version 3.11 requirements/mutation.in -c requirements/dev.txt -o requirements/mutation.txt
	for tool in checks ministack sam sbom; do \
	  $(COMPILE) --universal --python-version 3.11 requirements/$$tool.in -o requirements/$$tool.txt || exit; \
	done

clean: ## Remove what was installed and built
	rm -rf $(VENV) $(SAM_VENV) $(MINISTACK_VENV) $(CHECKS_VENV) $(SBOM_VENV) $(LOCALSTACK_VENV) $(MUTATION_VENV) $(ENGINES) .aws-sam build *.egg-info .pytest_cache .mypy_cache .ruff_cache
