PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test bench checkpoints screenshots

setup: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv || { sh tools/debian.sh python3-venv && $(PYTHON) -m venv --clear .venv; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

run: setup
	$(BIN)/streamlit run app.py

test: setup
	sh tools/browser.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	sh tools/javascript.sh
	$(BIN)/pytest --numprocesses=2 --dist=loadgroup

bench: setup
	sh tools/browser.sh
	$(BIN)/python -m tools.bench

checkpoints: setup
	$(BIN)/python -m tools.checkpoints
	$(BIN)/python -m tools.runs
	$(BIN)/python -m tools.translators
	$(BIN)/python -m tools.sentiment
	$(BIN)/python -m tools.series
	$(BIN)/python -m tools.baselines
	$(BIN)/python -m tools.detection
	$(BIN)/python -m tools.text
	$(BIN)/python -m tools.units
	$(BIN)/python -m tools.ngrams

screenshots: setup
	sh tools/browser.sh
	$(BIN)/python -m tools.screenshots
