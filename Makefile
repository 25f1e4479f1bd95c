# Everything a newcomer types. `make run` is enough to begin; it needs Python 3.11 or newer and nothing else.

VENV := .venv
BIN := $(VENV)/bin
# The first that runs and is new enough; a name on the PATH alone may be an empty shim.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
CHROMIUM ?= $(firstword $(foreach p,chromium chromium-browser google-chrome,$(shell command -v $(p) 2>/dev/null)))
# Three processes for two cores, since tests wait for browsers, servers and kills; a file's tests stay together, so that what it starts is started once. In the order of the folders: the browser's, the longest, come first.
# What is compiled is kept, whatever the environment says: tests start many processes.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-fast soak check audit bench bench-full screenshots lock

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

install: $(VENV)/.compiled ## Make .venv and install what the server needs

install-dev: $(VENV)/.installed-dev ## ... and what tests and checks need

run: $(VENV)/.compiled ## Start the server: prepares everything on the first run, then prints its address (PORT=5000, DEMO=1, …)
	@exec $(BIN)/python -m jobs.supervisor

# What some tests need from outside: name of the marker, what is missing, how to get it. Nothing is skipped in silence.
OFFICE ?= $(firstword $(foreach p,soffice libreoffice,$(shell command -v $(p) 2>/dev/null)))
# The system's Python that has libical: a virtual environment does not see it.
LIBICAL ?= $(shell for p in /usr/bin/python3 python3; do \
  $$p -c 'import gi; gi.require_version("ICalGLib", "3.0")' 2>/dev/null && echo $$p && break; done)
# Thunderbird's calendar reader, as tests/icaljs pins it: a package of Node's registry.
NPM ?= $(if $(shell command -v node 2>/dev/null),$(shell command -v npm 2>/dev/null))
ICALJS := $(VENV)/icaljs
# What the files of docs/deploy are for.
NGINX ?= $(shell PATH="$$PATH:/usr/sbin" command -v nginx 2>/dev/null)
SYSTEMD ?= $(shell command -v systemd-analyze 2>/dev/null)
# Hosts of the tests' own: network namespaces, as anybody may make where the system allows user namespaces.
NETNS ?= $(shell PATH="$$PATH:/usr/sbin" unshare -rnmpf --kill-child --mount-proc ip link show lo >/dev/null 2>&1 && echo yes)
MISSING := $(strip $(if $(CHROMIUM),,browser) $(if $(OFFICE),,office) $(if $(LIBICAL),,libical) $(if $(NPM),,icaljs) \
  $(if $(NGINX),,nginx) $(if $(SYSTEMD),,systemd) $(if $(NETNS),,netns))
NO :=
NOT_RUN := not ($(subst $(NO) $(NO), or ,$(MISSING)))

test: $(VENV)/.installed-dev $(VENV)/.compiled $(if $(NPM),$(ICALJS)/.installed) ## Run every test, the browser story included
ifeq ($(MISSING),)
	CHROMIUM="$(CHROMIUM)" OFFICE="$(OFFICE)" LIBICAL="$(LIBICAL)" $(PYTEST)
else ifneq ($(CI),)
	@echo "Missing for the tests marked: $(MISSING). CI must run them all (see .ci/run)." >&2; exit 1
else
	CHROMIUM="$(CHROMIUM)" OFFICE="$(OFFICE)" LIBICAL="$(LIBICAL)" $(PYTEST) -m "$(NOT_RUN)"
	@printf '\n%s\n' "#######################################################################" \
	  "# SOME TESTS DID NOT RUN, those marked: $(MISSING)" \
	  "#   browser: apt install chromium" \
	  "#   office:  apt install libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils" \
	  "#   libical: apt install python3-gi gir1.2-ical-3.0" \
	  "#   icaljs:  apt install nodejs npm" \
	  "#   nginx:   apt install nginx-light" \
	  "#   systemd: apt install systemd" \
	  "#   netns:   apt install iproute2; as root, or where user namespaces are allowed" \
	  "# Install what is missing and run make test again." \
	  "#######################################################################" >&2
endif

test-fast: $(VENV)/.installed-dev ## Run the rules, services and structure on SQLite alone, in less than a minute
	$(PYTEST) -m "not browser and not slow" -k "not postgresql" tests/rules tests/services tests/test_architecture.py tests/test_config.py

soak: $(VENV)/.installed-dev ## 200 rounds of failing hosts instead of 21, 200 killed deliveries instead of 50, 2,000 random campaigns instead of 60, 10,000 random requests instead of 300, every page in all four looks: some 40 minutes
	FAULT_ROUNDS=200 $(BIN)/python -m pytest -n 0 tests/hosts/test_hosts_that_fail.py
	DELIVERY_KILLS=200 $(BIN)/python -m pytest -n 0 tests/jobs/test_deliveries_killed.py
	LADDER_LIVES=2000 $(BIN)/python -m pytest tests/services/test_ladder_lives.py
	ROUTE_FUZZ=10000 $(BIN)/python -m pytest -s tests/web/test_route_fuzz.py
	CHROMIUM="$(CHROMIUM)" ALL_LOOKS=1 $(BIN)/python -m pytest -n 0 tests/browser/test_every_page.py tests/browser/test_every_room.py

check: $(VENV)/.installed-dev ## Lint, formatting, types, known holes of what we pin
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory audit

# A hole that is found fails; a question that could not be asked (closed network, a mirror without the list) is said and passes.
audit: $(VENV)/.installed-dev ## Ask whether a package we pin has a known hole (needs the network to be of use)
	@said=$$($(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.txt 2>&1); code=$$?; \
	unasked=$$(echo "$$said" | grep -c "could not be audited" || true); \
	if echo "$$said" | grep -qE "^Found [0-9]+ known vulnerabilit"; then echo "$$said"; exit 1; \
	elif [ $$code -ne 0 ]; then echo "$$said" | tail -n 3; echo "AUDIT NOT MADE: the list of known holes could not be read." >&2; \
	elif [ $$unasked -ne 0 ]; then echo "AUDIT NOT WHOLE: $$unasked packages are not in the list of known holes that was asked." >&2; \
	else echo "$$said"; fi

screenshots: $(VENV)/.installed-dev ## Take the pictures of the user guide anew, and of every page at 1280 and 390 px with a sheet of all (SHEET=folder)
	CHROMIUM="$(CHROMIUM)" SCREENSHOTS="$(or $(SHEET),instance/screenshots)" $(BIN)/python -m pytest -n 0 tests/browser/test_guide_pictures.py tests/browser/test_every_page.py tests/browser/test_every_room.py

bench: $(VENV)/.installed-dev ## Measure plans of 240 to 10,000 tasks on both databases, in some three minutes
	@$(BIN)/python -m bench.run --small

bench-full: $(VENV)/.installed-dev ## ... and of 85,000 and 1,000,000, letters, ballots, start, memory, pages: at most 50 minutes, then the tables of docs/PERFORMANCE.md
	@$(BIN)/python -m bench.run $(if $(MINUTES),--minutes $(MINUTES))

lock: $(VENV)/.installed-dev ## Write requirements*.txt anew from requirements*.in, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11 trở lên, không tìm thấy; cài bằng: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Không tạo được $(VENV): chạy apt install python3-venv rồi thử lại." >&2; exit 1; }

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Đang cài thư viện vào $(VENV)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

# A service may not write beside the program, and would translate all of it again at each start: a second.
$(VENV)/.compiled: $(VENV)/.installed config.py wsgi.py $(shell find jobs tracker -name '*.py')
	@$(BIN)/python -m compileall -q -j 0 config.py wsgi.py jobs tracker
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(BIN)/python
	@echo "Đang cài thư viện và công cụ kiểm thử vào $(VENV)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

$(ICALJS)/.installed: tests/icaljs/package-lock.json | $(BIN)/python
	@mkdir -p $(ICALJS) && cp tests/icaljs/package.json tests/icaljs/package-lock.json $(ICALJS)
	@cd $(ICALJS) && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
