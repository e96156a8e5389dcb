# Every command a person needs. `make help` lists them.
PYTHON ?= python3.11
BIN := .venv/bin
JVM_SOURCES := $(shell find jvm -name '*.java' -not -path '*/target*/*') $(wildcard jvm/pom.xml jvm/*/pom.xml)
# What the JVM tests read beside the sources.
SHARED_WITH_JVM := $(wildcard schemas/*.avsc tests/vectors/*.json tests/plans/*.json)

help:            ## what each target does
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST)

preflight:       ## what is missing on this machine, in one sentence
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 ($(PYTHON)) is not on the PATH: install it, or run make PYTHON=/path/to/it."; exit 1; }
	@$(PYTHON) decision_store/ops/preflight.py

venv: preflight .venv/ready  ## the virtual environment, from hashed requirements

.venv/ready: requirements/uv.txt requirements/dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

JAR := jvm/operators/target/decision-store-flink2.2.jar
jar: preflight $(JAR)  ## the JVM core for Flink 2.2

$(JAR): $(JVM_SOURCES)
	cd jvm && mvn -q -B -DskipTests package
	touch $@

jvm-test: jar jvm/target/tested  ## the JVM core's tests, on Flink 2.2 and on 1.20

jvm/target/tested: $(JVM_SOURCES) $(SHARED_WITH_JVM)
	cd jvm && mvn -q -B test
	cd jvm && mvn -q -B -Pflink-1.20 -Dbuild.folder=target-1.20 test
	mkdir -p jvm/target && touch $@

lint: venv       ## ruff, mypy, the direction of imports, Java's format
	cd jvm && mvn -q -B spotless:check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy decision_store connectors jobs bench
	PYTHONPATH=.:connectors $(BIN)/lint-imports

format: venv     ## format Python and Java
	$(BIN)/ruff format .
	cd jvm && mvn -q -B spotless:apply

up: venv jar     ## the laptop stack: DynamoDB, Kafka, S3, Flink, API
	$(BIN)/decisions up

down:            ## stop it
	$(BIN)/decisions down

demo: venv jar   ## a policy under load, a killed task manager, and the ledger; KEEP=1 leaves the stack running
	@$(BIN)/decisions demo

bench-source: venv jar  ## the source beside the official connector (PEER_JAR=path) and the plain SDK; ARGS="--quick"
	@PYTHONPATH=.:connectors $(BIN)/python -m bench.source --peer-jar "$(PEER_JAR)" $(ARGS)

bench-sink: venv jar  ## the sink beside the official connector (PEER_JAR=path); ARGS="--quick"
	@PYTHONPATH=.:connectors $(BIN)/python -m bench.sink --peer-jar "$(PEER_JAR)" $(ARGS)

bench-serialization: venv jar  ## the same pipeline with Kryo, pickled bytes, Avro, POJOs and typed rows; ARGS="--quick"
	@PYTHONPATH=.:connectors $(BIN)/python -m bench.serialization $(ARGS)

bench-keyed: venv jar  ## declared variables beside the same in PyFlink by hand and in quixstreams; ARGS="--quick"
	@PYTHONPATH=.:connectors $(BIN)/python -m bench.keyed $(ARGS)

verify: venv     ## the ledger: the decision table against everything made of it
	@$(BIN)/decisions verify --wait 60

test: venv jvm-test  ## all tests
	$(BIN)/python -m pytest

.PHONY: help preflight venv jar jvm-test lint format up down demo bench-source bench-sink bench-serialization bench-keyed verify test
