# Each target sets up all it needs, and says what it installs. `make help` lists them.
# Settings: ONCE=1 (the demo ends by itself), PYTHON=/path/to/python3.11+, ARGS="…" (handed to the program run).

SETUP := sh scripts/python.sh -m scripts.setup
BIN := .venv/bin
CODE := src scripts bench tests verifier receiver

.PHONY: help demo test lint soak bench docs lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: ## start everything, drive made-up shoppers through it, stay up (ONCE=1: end by itself)
	@$(SETUP) server storefront
	@exec $(BIN)/yumen demo $(if $(ONCE),--once) $(ARGS)

test: lint ## lint, then every test but the long ones
	@$(SETUP) dev browser mini
	@exec $(BIN)/pytest -m "not soak" -n auto --maxprocesses 4 $(ARGS)

lint: ## style, types, import contracts, repeated code
	@$(SETUP) dev
	@$(BIN)/ruff check $(wildcard $(CODE))
	@$(BIN)/ruff format --check $(wildcard $(CODE))
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m scripts.duplicates

soak: ## the long runs: kills, storms, tamperings, fuzzing (hours are fine)
	@$(SETUP) dev browser
	@exec $(BIN)/pytest -m soak $(ARGS)

bench: ## measure against the peers, in one run; writes docs/reports/bench.md
	@$(SETUP) dev load peers node
	@exec $(BIN)/python -m bench.run $(ARGS)

docs: ## the documentation site, offline, into build/docs
	@$(SETUP) dev
	@exec $(BIN)/python -m scripts.docs $(ARGS)

lock: ## write the hashed locks anew (needs a package index)
	@$(SETUP) lock

clean: ## remove all that make made, the demo's data included
	rm -rf .venv .tools .run .yumen build dist node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache bench/peers/fastify/node_modules miniprogram/sdk/node_modules miniprogram/sdk/dist \
		miniprogram/sdk/miniprogram_dist miniprogram/runner/node_modules miniprogram/official/node_modules \
		miniprogram/storefront/miniprogram_npm
	find $(wildcard $(CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +
