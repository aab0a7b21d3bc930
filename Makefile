# The verbs of this project. `make explore` and `make test` set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VALIDATORS := .validators
# Two processes; a file's tests stay together, since they share servers and runs; the longest files first.
PYTEST ?= -n 2 --dist loadfile --no-loadscope-reorder
UV_VERSION := 0.13.9
ifdef PIP_FIND_LINKS
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
endif
export UV_HTTP_TIMEOUT ?= 300
# Where Python may not keep what it compiled, each program that a test starts would compile torch and all else anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: explore test lint types unit browser campaign lock bibliography validators clean

explore: $(VENV)/.installed  ## open the explorer in a browser
	@$(BIN)/codepeft explore

test: $(VENV)/.installed  ## everything that must hold
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types
	@$(MAKE) --no-print-directory unit

lint: $(VENV)/.installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/codepeft check

types: $(VENV)/.installed
	@$(BIN)/mypy

unit: $(VENV)/.installed
	@$(BIN)/pytest $(PYTEST)

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "codepeft needs Python 3.11 or newer; set PYTHON=python3.12, say"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "no virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "installing what requirements.lock names (the first time this takes a minute or more)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock -e '.[reproduce,test]'
	@touch $@

campaign: $(VENV)/.installed  ## run what of every experiment has no record yet; may be stopped and started again
	@$(BIN)/python -m reproduce.campaign $(EXPERIMENTS)

lock: $(VENV)/.installed  ## resolve the versions anew (the GPU libraries follow from torch's own pins)
	@env -u UV_FIND_LINKS -u PIP_FIND_LINKS $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  -c constraints.txt --quiet --no-annotate --custom-compile-command 'make lock' \
	  $$(for name in $(GPU_ONLY); do echo --no-emit-package $$name; done) -o requirements.lock

GPU_ONLY := cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc nvidia-cuda-runtime \
  nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 \
  nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx triton

validators: $(VENV)/.installed $(VALIDATORS)/.installed  ## ask the formats' own validators about the exports (not part of `make test`)
	@$(BIN)/python tools/validate_exports.py $(VALIDATORS) $(if $(CONTEXT),--context $(CONTEXT))

$(VALIDATORS)/.installed: Makefile
	@test -x $(VALIDATORS)/bin/python || $(PYTHON) -m venv $(VALIDATORS)
	@$(BIN)/uv pip install --quiet --python $(VALIDATORS)/bin/python roc-validator==0.13.0 citeproc-py==0.11.1 jsonschema==4.26.0 pyyaml
	@$(VALIDATORS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python cffconvert==2.0.0 every-eval-ever==0.3.0
	@touch $@

bibliography: $(VENV)/.installed  ## write corpus/bibliography.bib from the records
	@$(BIN)/python -m corpus.bibliography

clean:
	rm -rf $(VENV) $(VALIDATORS) build dist *.egg-info
