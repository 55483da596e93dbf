# The commands of the project; `make` lists them. What takes more than a line is a script in .ci/.

# One build serves all: `serve` and `test` use the same configuration and the same trait. It is the debug build, which is
# there in half the time; what production runs is `make release`.
BUILD_FLAGS := --traits ScribeApp
export BUILD_FLAGS

APP := .build/debug/scribe-app
RECORDINGS := Fixtures/transcripts

# A sentence with the place to get it, instead of the shell's "not found".
NEED_SWIFT := bash -c 'source .ci/common && need_swift'

.DEFAULT_GOAL := help
.PHONY: help serve release test fuzz fuzz-corpus chaos growth sanitize lint format api record bench bench-quick bootstrap clean FORCE

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# `exec`: the shell becomes scribe-app, so Ctrl-C reaches the program itself and nothing stays behind it. On a
# developer's machine it listens for that machine alone, unless HOST says otherwise here or in .env.
serve: .build/scribe-app.built ## start scribe-app on http://localhost:8000, with a database of its own if none is set
	@.ci/bootstrap serve
	@grep -qsiE '^ *(export +)?HOST *=' .env || export HOST=$${HOST:-127.0.0.1}; exec $(APP) serve

# SwiftPM takes a second or more to find that there is nothing to do; make sees it in milliseconds. Directories are
# among the prerequisites because a file that was removed or renamed shows only there. The program itself is one, so
# that the stamp does not outlive what a plain `swift build` (without the trait) has put in its place.
.build/scribe-app.built: Package.swift $(shell find Sources) $(wildcard $(APP)) $(if $(wildcard $(APP)),,FORCE)
	@$(NEED_SWIFT)
	@.ci/bootstrap serve
	swift build $(BUILD_FLAGS) --product scribe-app
	@touch $@

# With Swift's libraries in it, which takes less memory than loading all of them, and without debugging information, nor a table of
# all symbols, which nobody looks anything up in.
ifeq ($(shell uname -s),Linux)
LINKING := -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic
endif
release: ## build scribe-app as one file that needs no Swift where it runs: .build-release/release/scribe-app
	@$(NEED_SWIFT)
	@.ci/bootstrap serve
	swift build -c release --traits ScribeApp --product scribe-app --static-swift-stdlib --scratch-path .build-release -Xlinker -S $(LINKING)

test: ## run all tests, live ones against PostgreSQL 15, 17, 18 and PgBouncer included
	@.ci/test

# Built as users build it; the debug build has other timing.
CHAOS := swift run -c release $(BUILD_FLAGS) pgwire-chaos
chaos: bootstrap ## move money while servers and the network fail, for 10 minutes or SECONDS=…
	@$(NEED_SWIFT)
	$(CHAOS) run $(or $(SECONDS),600)

growth: bootstrap ## show that 10,000 connections and 1,000,000 borrowings leave nothing behind
	@$(NEED_SWIFT)
	$(CHAOS) connections 10000
	$(CHAOS) borrowings 1000000

sanitize: ## run the tests under AddressSanitizer with leak detection and under ThreadSanitizer, an hour or more
	@.ci/sanitize

# SECONDS, of each target; TARGET, one of those that the table names, or several.
fuzz: ## fuzz everything that reads other people's bytes, two targets at a time: make fuzz SECONDS=60 TARGET=session
	@.ci/fuzz $(or $(SECONDS),60) $(TARGET)

fuzz-corpus: ## keep the smallest inputs that reach what `make fuzz` has reached, in Fixtures/fuzz
	@.ci/fuzz corpus $(TARGET)

lint: ## check the format and what must not be in the repository
	@.ci/lint

format: ## format all Swift code in place
	@$(NEED_SWIFT)
	swift format --in-place --parallel --recursive Package.swift Sources Tests $(wildcard Benchmarks)

api: bootstrap ## write the public interface of each library to Documentation/API
	@$(NEED_SWIFT)
	@.ci/api

record: bootstrap ## record the transcripts in Fixtures from real servers again
	@$(NEED_SWIFT)
	swift run $(BUILD_FLAGS) pgwire-record $(RECORDINGS)

bench: bootstrap ## measure PGWire against other drivers, about an hour; writes Benchmarks/results
	@$(NEED_SWIFT)
	Benchmarks/bench.py all --readme

bench-quick: bootstrap ## a rough idea of the same in two minutes
	@$(NEED_SWIFT)
	Benchmarks/bench.py quick

bootstrap: ## install what is missing for all of this (serve and test do it by themselves)
	@.ci/bootstrap test

# The development database in .scribe stays: it holds data, not build products.
clean: ## remove the build
	rm -rf .build .build-release .build-address .build-thread Benchmarks/.build
