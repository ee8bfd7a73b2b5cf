# The only entry points. `make` alone lists them.
#
# Every module builds and is tested alone (GOWORK=off), since that is what ships; go.work is for
# editors.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-print-directory
.DEFAULT_GOAL := help

# Tests, linters and binaries are compiled with the same settings, so that nothing is compiled twice.
export GOWORK      := off
export CGO_ENABLED := 0
export GOFLAGS     := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)

SERVICES := collector consumer rollup shipper dashboard
MODULES  := . deploy/standalone deploy/bench deploy/docker/check deploy/tools

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD   := go build -ldflags '-s -w -X github.com/footfall-analytics/footfall/pkg/daemon.Version=$(VERSION)'
TOOL    := go tool -modfile=$(CURDIR)/deploy/tools/go.mod

# Overrides: make test GOTESTFLAGS='-run Sessions -v' · make fuzz FUZZTIME=5m · make bench BENCH=Decode VIEWS=1000000
GOTESTFLAGS ?= -shuffle=on -timeout=20m
FUZZTIME    ?= 30s
BENCH       ?= .
BENCHTIME   ?= 1s
VIEWS       ?= 10000000
EVENTS      ?= 2000000
LINES       ?= 1000000
REQUESTS    ?= 200000
SEEDS       ?= 50

##@ Use it
.PHONY: help run build up down clean
help: ## list what make can do
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: need-go need-npm standalone ## everything in one process on this machine, state in ./data
	@exec bin/footfall up

build: need-go standalone $(SERVICES:%=bin/%) ## bin/footfall and one binary per service

up: ## the production shape: Kafka, ClickHouse, nginx and the services in containers
	@deploy/docker/secrets.sh
	VERSION=$(VERSION) docker compose up --build --detach --wait

down: ## stop the containers; their volumes stay
	docker compose down

clean: ## delete what was built; data stays
	rm -rf bin
	find $(UI)/dist -mindepth 1 ! -name .keep -delete

##@ Work on it
.PHONY: test lint check-generated generate ui-test fuzz bench oracles faults vuln
test: need-go prepare ui lint ui-test ## lint and all tests, in a time zone drawn at random (TEST_SEED, TEST_TZ)
	@.ci/test $(GOTESTFLAGS) -- $(MODULES)

lint: need-go check-generated ## formatting, import rules, linters, protobuf
	@failed=; for m in $(MODULES); do \
	  packages=$$(go -C $$m list ./...); [ -n "$$packages" ] || continue; \
	  echo "lint $$m"; (cd $$m && GOGC=200 $(TOOL) golangci-lint run --allow-parallel-runners ./...) || failed=1; \
	done; [ -z "$$failed" ]
	@cd schemas && $(TOOL) buf lint && $(TOOL) buf format --diff --exit-code && $(TOOL) buf breaking --against testdata/event.v1.binpb

generate: need-go ## write the generated files again
	go generate ./...

check-generated:
	@.ci/generated

ui-test: need-npm ui ## types and unit tests of the dashboard's pages
	cd $(UI) && { [ -d node_modules ] || npm ci --no-progress; } && npm run --silent check && npm test

fuzz: need-go ## fuzz every decoder for FUZZTIME each
	@for m in . deploy/standalone; do for p in $$(go -C $$m list ./...); do \
	  for f in $$(go -C $$m test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; go -C $$m test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p; \
	  done; \
	done; done

bench: need-go need-npm ## benchmarks: the beacon beside other trackers, the collector beside bare Kafka, the rollup of VIEWS page views beside Polars, the consumer of EVENTS beside ClickHouse, accepted to queryable, the dashboard's questions over VIEWS page views beside raw events, LINES of access log beside GoAccess
	go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem ./...
	go -C deploy/bench run ./beaconsize
	go -C deploy/bench run ./collector
	go -C deploy/bench run ./rollup -views $(VIEWS)
	go -C deploy/bench run ./consumer -events $(EVENTS)
	go -C deploy/bench run ./latency
	go -C deploy/bench run ./dashboard -views $(VIEWS)
	go -C deploy/bench run ./accesslog -lines $(LINES)

oracles: need-go ## SEEDS random days: what SQL publishes = plain Go = Polars, row by row
	go -C deploy/standalone test ./integration/rollups -run RandomDays -seeds $(SEEDS) -count 1 -timeout 60m
	go -C deploy/bench test ./polars -run Agrees -seeds $(SEEDS) -count 1 -timeout 60m -v

faults: need-go need-npm ## SEEDS times: kill rollups, the collector and the consumer at named steps and at random moments; every other fault of the ingest; 1,000 visits with random closes; REQUESTS to nginx with rotations and kills
	go -C deploy/standalone test ./integration/kills -seeds $(SEEDS) -stale -count 1 -timeout 60m -v
	go -C deploy/standalone test ./integration/e2e -run Killed -seeds $(SEEDS) -count 1 -timeout 60m -v
	go -C deploy/standalone test ./integration/browser -run RandomCloses -visits 1000 -count 1 -timeout 60m -v
	go -C deploy/standalone test ./integration/runs -run 'CatchUp|KilledAfterSwap|LostLeadership|TwoAtOnce|Empty|Reader' -races 20 -swaps 30 -count 1 -timeout 60m -v
	go -C deploy/standalone test ./integration/e2e -run RotationUnderLoad -requests $(REQUESTS) -count 1 -timeout 60m -v
	go -C deploy/standalone test ./integration/faults -all -seeds $(SEEDS) -kills 20 -rounds 10 -connections 100000 -count 1 -timeout 12h -v

vuln: need-go ## look for known vulnerabilities (asks the Go vulnerability database)
	$(TOOL) govulncheck ./...

# --- what the targets above stand on ---
# The dashboard's pages, embedded by `go build`. Without npm a page takes their place that says so.
UI := pkg/dashboard/web
UI_SOURCES := pkg/dashboard/openapi.json $(shell find $(UI) \( -name node_modules -o -name dist -o -name test \) -prune -o -type f \
  ! -name '*.go' ! -name schema.d.ts ! -name placeholder.html -print)

.PHONY: ui
ui: $(UI)/dist/index.html

$(UI)/dist/index.html: $(UI_SOURCES)
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; then cd $(UI) && npm ci --no-progress && npm run --silent build; \
	else echo 'Node.js 20 with npm is missing: the dashboard will only say so. Install it, then run make again.' >&2; fi

.PHONY: standalone $(SERVICES:%=bin/%) need-go need-npm prepare
standalone: ui
	@mkdir -p bin
	cd deploy/standalone && $(BUILD) -o $(CURDIR)/bin/footfall .

$(SERVICES:%=bin/%): bin/%: ui
	@mkdir -p bin
	$(BUILD) -o $@ ./services/$*

need-go:
	@command -v go >/dev/null || { echo 'Go is missing: install Go 1.26 or newer, then run make again.' >&2; exit 1; }

need-npm:
	@command -v npm >/dev/null || { echo 'npm is missing: the ClickHouse engine comes as an npm package. Install Node.js with npm, then run make again.' >&2; exit 1; }

prepare:
	@.ci/prepare
