# Two commands matter: `make demo` runs the main job, `make test` passes the tests.
# Both make their own environment in .venv from the hashed files in requirements/.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
DEMO   ?= .demo
PROTOS := $(wildcard proto/wolkenzicht/v1/*.proto)

.PHONY: help demo serve test check proto proto-check contract lock docs bench mutation clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.demo ## Scan four tenants (AWS, Azure, Google Cloud, a datacentre), print overview and alerts
	@$(BIN)/python -m deploy.demo --directory $(DEMO)

serve: $(VENV)/.demo ## Reopen the collector on what the demo left
	@test -f $(DEMO)/collector/collector.toml || { echo "nothing to serve yet: run 'make demo' first" >&2; exit 1; }
	@$(BIN)/wolkenzicht-collector --config $(DEMO)/collector/collector.toml serve

test: $(VENV)/.dev ## Run all tests
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev proto-check ## Lint, types, import rules, dependencies, contract, documentation
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry . --no-ansi
	@$(BIN)/buf lint
	@$(BIN)/buf breaking --against proto/contract.binpb
	@$(BIN)/cog --check -I docs docs/cli.md docs/connectors.md docs/facts.md docs/rules.md deploy/aws/*.yaml

proto: $(VENV)/.dev ## Regenerate the modules beside the .proto files
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m grpc_tools.protoc -I proto --python_out=proto --pyi_out=proto \
		--grpc_python_out=proto --mypy_grpc_out=quiet:proto $(PROTOS)

proto-check: $(VENV)/.dev ## Fail where the committed modules are not what the .proto files give
	@rm -rf $(VENV)/proto-check && mkdir -p $(VENV)/proto-check
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m grpc_tools.protoc -I proto --python_out=$(VENV)/proto-check \
		--pyi_out=$(VENV)/proto-check --grpc_python_out=$(VENV)/proto-check --mypy_grpc_out=quiet:$(VENV)/proto-check $(PROTOS)
	@for made in $(VENV)/proto-check/wolkenzicht/v1/*; do \
		cmp -s $$made proto/wolkenzicht/v1/$$(basename $$made) || { echo "$$(basename $$made) is stale: run 'make proto'" >&2; exit 1; }; done

contract: $(VENV)/.dev ## Take today's contract as the one that may not be broken (until 0.1.0 only)
	@$(BIN)/buf build -o proto/contract.binpb

docs: $(VENV)/.dev ## Rewrite the generated parts of the documentation and of deploy/
	@$(BIN)/cog -r -I docs docs/cli.md docs/connectors.md docs/facts.md docs/rules.md deploy/aws/*.yaml
	@$(BIN)/wolkenzicht-agent permissions --format terraform > deploy/terraform/aws/policies.tf.json
	@$(BIN)/wolkenzicht-agent permissions --format azure-role > deploy/azure/role.json
	@$(BIN)/wolkenzicht-agent permissions --format gcp-role > deploy/gcp/role.yaml

bench: $(VENV)/.dev ## Run the benchmarks (minutes)
	@$(BIN)/python -m benchmarks

mutation: $(VENV)/.dev ## Change policy/ in one place at a time: which changes do no tests notice? (hours; SAMPLE=40, MODULES="facts", JOBS=2)
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m tests.mutation.sample --jobs $(or $(JOBS),2) \
		--sample $(or $(SAMPLE),0) --modules $(MODULES) $(if $(SURVIVORS),--survivors)
	@$(BIN)/python -m tests.mutation.report

lock: $(VENV)/.dev ## Renew the hashed requirements files
	@for extra in dev demo collector aws azure gcp odc netbox vmware openstack kubernetes; do \
		case $$extra in dev|demo|collector) name=$$extra;; *) name=agent-$$extra;; esac; \
		constraint=; [ $$extra = dev ] || constraint="-c requirements/dev.txt"; \
		$(BIN)/uv pip compile -q pyproject.toml --extra $$extra --universal --generate-hashes --no-emit-index-url \
			--no-header --no-annotate --no-strip-markers $$constraint -o requirements/$$name.txt || exit 1; done

clean: ## Remove what was made
	@rm -rf $(VENV) $(DEMO) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants

# Debian keeps the module that fills an environment in a package of its own.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { test "$$(id -u)" = 0 && apt-get install -y -qq python3-venv >/dev/null; } \
		|| { echo "Python's venv is missing: install it (Debian: apt install python3-venv) and try again" >&2; exit 1; }
	@echo "making an environment in $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	@test -f $(VENV)/.dev -a $(VENV)/.dev -nt requirements/demo.txt || { echo "installing what the demo needs" >&2; \
		$(PIP) install --require-hashes -r requirements/demo.txt; }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what the tests need" >&2
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
