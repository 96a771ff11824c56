# `make help` lists the targets. `make ci` is what .ci/run calls.

GO      ?= go
FUZZTIME ?= 5s
ROUNDS  ?= 7
MESSAGES ?= 10000000
SEEDS   ?= 2000
KILLS   ?= 200
MINUTES ?= 10
RACE_MINUTES ?= 4
ONLY    ?=
ARGS    ?=

GOFUMPT_VERSION     := v0.12.0
STATICCHECK_VERSION := v0.8.2

# Tools live in a folder of their own, named after their versions: another
# version is another file, so a change above installs it.
TOOLS       := $(CURDIR)/.cache/bin
GOFUMPT     := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)
STATICCHECK := $(TOOLS)/staticcheck-$(STATICCHECK_VERSION)

# Packages that start goroutines, or whose code runs on several, but not the
# tests that drive binaries from outside: those are built without the detector.
RACE := ./runtime/... ./collector/... ./tui/... ./internal/... ./cmd/...
NO_RACE := /internal/e2e|/internal/archtest|/steadytest/planted

# In a simulation one flow runs at a time: the detector has nothing to find there.
ONE_FLOW := ^Test(Simulation|Replay|TheSmallestSchedule)

# Where the viewer and the library have to compile, beside this machine.
CROSS := linux/arm64 linux/arm darwin/arm64 windows/amd64

# What rests on atomics, alignment and system calls, and so is worth a run on
# another machine; and the tests that can not be run in an emulator: they start
# the test binary again, which the kernel can not do, hold the time, or are long.
EMULATED := ./runtime ./runtime/internal/park ./runtime/internal/ring ./runtime/internal/sched ./runtime/internal/thread
NOT_EMULATED := TenMillion|AMillion|WhatIsTorn|HidesNothingForLong|Deadline|KeepsThePromise|KeepThePromise|FailuresLose|GraphsHold|StateAgrees|DiskThatFails|RealtimeUnder|RealtimeWithout|TestSig|Sigint|Socket|AThousandRestarts|OutlivesAnOutage|RangesWithinRanges

# The emulator of arm64 lets a load pass an earlier store where the machine would
# not (STLR, LDAR; tried on amd64 with QEMU 7.2: 1 % of a store-buffering litmus),
# and the algorithms rest on that. On one core it can not show. 32-bit arm has
# explicit barriers, which the emulator keeps.
ONE_CORE = taskset -c $(shell taskset -pc $$$$ | sed 's/.*[^0-9]//')

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/steadytop
	$(GO) build -trimpath -o bin/steadytop ./cmd/steadytop

.PHONY: demo
demo: ## run the robot sample and watch it
	$(GO) run ./cmd/steadytop demo $(ARGS)

.PHONY: test
test: ## run all tests (some eight minutes on two cores)
	$(GO) test -timeout 12m ./...

.PHONY: race
race: ## run the tests of everything that has goroutines under the race detector
	$(GO) list $(RACE) | grep -Ev '$(NO_RACE)' | xargs $(GO) test -race -timeout 10m -skip '$(ONE_FLOW)'

.PHONY: sim
sim: ## simulate every part of the library, and the samples, for SEEDS seeds (2000) with all points
	$(GO) test -tags steadysim -run Points ./runtime ./runtime/internal/ring
	$(GO) test -tags steadysim -timeout 60m -run 'Simulation|Replay' $$(grep -rl --include='*_test.go' 'steadytest\.Simulate' sampleapps | xargs -n 1 dirname | sort -u | sed 's|^|./|') ./runtime/actors ./runtime/steadytest -args -steadytest.seeds=$(SEEDS)
	$(GO) vet -tags steadysim ./runtime/...

.PHONY: torture
torture: ## run random graphs with all failures and stops: MINUTES (10), RACE_MINUTES (4) with -race, then SEEDS simulated
	$(GO) test -count=1 -timeout 24h -run 'TestTorture' -v ./runtime/steadytest/torture -torture.for=$(MINUTES)m
	$(GO) test -race -count=1 -timeout 24h -run 'TestTorture' -v ./runtime/steadytest/torture -torture.for=$(RACE_MINUTES)m
	$(GO) test -tags steadysim -timeout 24h -run 'Simulation' ./runtime/steadytest/torture -args -steadytest.seeds=$(SEEDS)

.PHONY: promises
promises: ## send ten million messages through every shape of channel, and fail a thousand times (an hour)
	STEADY_MESSAGES=$(MESSAGES) $(GO) test -run 'TestTenMillion|TestAMillion' -count=1 -timeout 6h -v ./runtime

.PHONY: kills
kills: ## kill the ledger sample KILLS times (200) while it books 50 MB, and compare the sums
	$(GO) test -run TestKill -count=1 -timeout 30m -v ./sampleapps/ledger -args -kills $(KILLS) -megabytes 50

.PHONY: lint
lint: $(GOFUMPT) $(STATICCHECK) ## check format, go vet, staticcheck
	@bad=$$($(GOFUMPT) -l .); if [ -n "$$bad" ]; then echo "gofumpt -w these files:"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(STATICCHECK) ./...
	cd bench && $(GO) vet ./... && $(STATICCHECK) ./...

# The fuzzing engine may report the end of its time as a failure of an input that
# was under way. An input that really fails is kept, and fails again.
.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (5s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r grep -o '^func Fuzz[A-Za-z0-9_]*' | sort | \
	while IFS=: read -r file what; do \
		dir=$$(dirname "$$file"); name=$${what#func }; \
		echo "fuzz $$dir $$name"; \
		run="$(GO) test -run ^$$ -fuzz ^$$name\$$ -fuzztime $(FUZZTIME) -parallel 2 $$dir"; \
		$$run || $$run || exit 1; \
	done

.PHONY: golden
golden: ## rewrite the goldens and the generated documents from what the code does now
	@grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -r -n 1 dirname | sort -u | \
	while read -r dir; do echo "update $$dir"; $(GO) test "$$dir" -update || exit 1; done
	$(GO) test -tags steadysim -run Replay ./runtime/steadytest -update

.PHONY: bench
bench: ## compare with plain Go channels and others; writes bench/results.json, docs/performance.md
	cd bench && $(GO) run . -rounds $(ROUNDS) $(if $(ONLY),-only $(ONLY),-json results.json -doc ../docs/performance.md) $(ARGS)

.PHONY: cross
cross: ## compile for other systems, and vet what they have of their own
	@for target in $(CROSS); do \
		echo "build $$target"; \
		export GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0; \
		$(GO) build ./... && $(GO) vet ./runtime/... || exit 1; \
	done

.PHONY: arm
arm: ## run the tests of the runtime for arm64 and arm in an emulator (QEMU)
	GOARCH=arm64 CGO_ENABLED=0 GOMAXPROCS=4 $(GO) test -timeout 5m -skip '$(NOT_EMULATED)' -exec '$(ONE_CORE) qemu-aarch64-static' $(EMULATED)
	GOARCH=arm CGO_ENABLED=0 $(GO) test -timeout 5m -skip '$(NOT_EMULATED)' -exec qemu-arm-static $(EMULATED)
	GOARCH=arm64 CGO_ENABLED=0 $(GO) test -run ReplayOnAnyMachine -exec '$(ONE_CORE) qemu-aarch64-static' ./runtime/steadytest
	GOARCH=arm CGO_ENABLED=0 $(GO) test -run ReplayOnAnyMachine -exec qemu-arm-static ./runtime/steadytest

.PHONY: smoke
smoke: ## run each case of bench once, briefly
	cd bench && $(GO) test ./...

.PHONY: ci
ci: ## everything that has to pass before a change lands
	$(MAKE) lint
	$(MAKE) test
	$(MAKE) race
	$(MAKE) sim
	$(MAKE) smoke
	$(MAKE) cross
	$(MAKE) arm
	$(MAKE) fuzz

$(GOFUMPT):
	GOBIN=$(TOOLS)/new $(GO) install mvdan.cc/gofumpt@$(GOFUMPT_VERSION) && mv $(TOOLS)/new/gofumpt $@

$(STATICCHECK):
	GOBIN=$(TOOLS)/new $(GO) install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION) && mv $(TOOLS)/new/staticcheck $@
