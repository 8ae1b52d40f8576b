# For people who work on supervisord-ec: `make` lists what there is.
# Building needs no root. What boots a container does, and finds the toolchain under `sudo` too.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Under sudo, builds run as the one who called it, if the tree is his: no files of root are left.
AS_USER := $(if $(SUDO_USER),$(if $(filter $(SUDO_USER),$(shell stat -c %U .)),sudo -H -u $(SUDO_USER) --))
FIND_SWIFT = swift=$$(packaging/find-swift)/swift
PYTEST = PYTHONDONTWRITEBYTECODE=1 python3 -m pytest -p no:cacheprovider -ra --tb=short

.NOTPARALLEL:
.PHONY: help build deb test unit fuzz simulate e2e lint demo faults bench clean dependencies need-root

help: ## show this
	@sed -n 's/^\([a-z0-9]*\):[^#]*## /\1\t/p' Makefile | expand -t 15

build: ## compile for debugging
	@$(FIND_SWIFT); $(AS_USER) "$$swift" build

deb: dependencies ## build out/supervisord-ec_*.deb, if anything changed
	@$(AS_USER) packaging/build-deb

test: need-root dependencies lint unit e2e ## everything: lint, unit tests, package, containers (sudo)

unit: dependencies ## the Swift tests; one suite: make unit FILTER=PlannerTests
	@echo "== unit tests"
	@$(FIND_SWIFT); $(AS_USER) "$$swift" test $(if $(FILTER),--filter $(FILTER))

simulate: dependencies ## many simulated years: make simulate SEEDS=10000 YEARS=10; one seed: SEED=17
	@$(FIND_SWIFT); $(AS_USER) "$$swift" build -c release --product Simulate
	@$(AS_USER) env $(foreach v,SEED SEEDS FIRST YEARS SERVICES KEEP,$(if $($(v)),$(v)=$($(v)))) .build/release/Simulate

fuzz: dependencies ## strangers' bytes under libFuzzer: make fuzz SECONDS=600; some: ENTRY="pem keys"
	@$(AS_USER) Tests/Fuzz/run $(or $(SECONDS),600) $(ENTRY)

e2e: need-root deb ## the installed package on real systemd (sudo); some: make e2e ONLY=package
	@echo "== end-to-end tests"
	@PYTHONDONTWRITEBYTECODE=1 Tests/EndToEnd/run $(if $(ONLY),"$(ONLY)")

lint: ## the format of the Swift sources
	@echo "== format"
	@$(FIND_SWIFT); $(AS_USER) "$$swift" format lint --strict --recursive Sources Tests Benchmarks Package.swift

demo: need-root deb ## the whole story in a throw-away container (sudo)
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/EndToEnd/demo.py

faults: need-root deb ## a fault at each system call of a change (sudo, 90 min); some: make faults ONLY=Renewal-stage
	@$(if $(CALLS),CALLS="$(CALLS)") FAULTS=all $(PYTEST) -s Tests/EndToEnd/test_injection.py $(if $(ONLY),-k "$(ONLY)")

bench: need-root deb ## the figures of docs/reliability.md (sudo, 15 minutes); some: make bench ONLY="port rest"
	@PYTHONDONTWRITEBYTECODE=1 python3 Benchmarks/bench.py $(ONLY)

clean: ## remove everything that was built or cached
	rm -rf .build out

dependencies: ## install what is missing from Debian (sudo)
	@packaging/install-dependencies

need-root:
	@[ "$$(id -u)" = 0 ] || { echo "this boots a container, which needs root: sudo make $(MAKECMDGOALS)" >&2; exit 1; }
