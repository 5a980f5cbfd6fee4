# Martlet's front door: `make` lists what it can do. The work is in scripts/, one file a target.

SWIFT ?= swift
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
STRESS_MINUTES ?= 24

export SWIFT FUZZ_SECONDS

.DEFAULT_GOAL := help
.PHONY: help setup demo build test e2e matrix coverage-schema stress check generate golden docs bench fuzz release package package-test install clean

help: ## list these targets
	@printf 'Martlet\n\n'
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 19
	@printf '\nVariables: SWIFT=%s PREFIX=%s DESTDIR=%s FUZZ_SECONDS=%s STRESS_MINUTES=%s\n' \
	  '$(SWIFT)' '$(PREFIX)' '$(DESTDIR)' '$(FUZZ_SECONDS)' '$(STRESS_MINUTES)'

setup: ## install the Debian packages that are missing (root), or name them
	@scripts/setup

demo: setup ## watch a small attack happen, in the kernel where it may be traced, else from a recording
	$(SWIFT) build --product martlet
	@scripts/demo "$$($(SWIFT) build --show-bin-path)/martlet"

build: setup ## build everything, for debugging
	$(SWIFT) build --build-tests

test: setup ## run every test that this machine allows, and list what was left out and why
	@scripts/test

e2e: setup ## run the kernel tests alone; one that cannot run here fails (root)
	MARTLET_REQUIRE_KERNEL=1 $(SWIFT) test --disable-xctest --filter KernelTests

matrix: setup ## run nearly all kernel tests on each kernel that Debian offers, in guests (root)
	$(SWIFT) build --build-tests
	@scripts/matrix --all

coverage-schema: setup ## run the kernel tests and tell which event carried which property of the schema (root)
	@scripts/coverage-schema

stress: setup ## have everything happen at once for STRESS_MINUTES, and account for all of it (root)
	@scripts/stress '$(STRESS_MINUTES)'

check: setup ## format, dependency arrows, imports, generated files, licences, tracked files
	@scripts/check

generate: setup ## write every generated file from its source
	$(SWIFT) run martlet-generate

golden: setup ## rewrite the expected JSON of the recordings in Fixtures/; read its diff like code
	MARTLET_UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest --filter Golden

docs: setup ## write the event reference, man pages and completions under docs/
	@scripts/docs

bench: setup ## run every benchmark in Benchmarks/
	@scripts/run-each Benchmarks

fuzz: setup ## run every fuzzer of Fuzz/ for FUZZ_SECONDS each
	@Fuzz/run

release: setup ## build dist/martlet, static and at most 15 MB, and dist/martlet-ship
	@scripts/release

package: release ## build dist/martlet_VERSION_ARCHITECTURE.deb
	@scripts/package

package-test: package ## look at the package with lintian, and have it live its life under systemd in a guest (root)
	scripts/setup lintian mmdebstrap
	lintian --fail-on error,warning dist/martlet_*.deb
	@scripts/try-service dist/martlet_*.deb

install: ## install what is in dist, units, man pages and completions below DESTDIR and PREFIX
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' scripts/install

clean: ## remove what the targets above made, downloaded packages included
	rm -rf .build .build-* dist fuzz-out
