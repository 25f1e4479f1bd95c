"""The import table of docs/ARCHITECTURE.md, read back from the code.

P pure · D data · U use cases · A adapter to one outside thing · E edge. Each module has one mark; what it may import
follows from the mark.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STANDARD = set(sys.stdlib_module_names)

#: Longest prefix decides.
MARKS = {
    "tracker.errors": "P",
    "tracker.wording": "P",
    "tracker.links": "P",
    "tracker.rules": "P",
    "tracker.db": "D",
    "tracker.models": "D",
    "tracker.services": "U",
    "tracker.queries": "U",
    "tracker.backup": "E",
    "tracker.backup.packing": "A",
    "tracker.backup.sealing": "A",
    "tracker.backup.unpacking": "A",
    "tracker.clock": "A",
    "tracker.one_time_codes": "A",
    "tracker.passwords": "A",
    "tracker.tokens": "A",
    "tracker.instance": "A",
    "tracker.logs": "A",
    "tracker.request_times": "A",
    "tracker.workers": "A",
    "tracker.feeds": "A",
    "tracker.files": "A",
    "tracker.guide": "A",
    "tracker.holidays_source": "A",
    "tracker.documents": "A",
    "tracker.mail": "A",
    "tracker.web": "E",
    "tracker.cli": "E",
    "tracker": "E",
    "jobs": "E",
    "config": "E",
    "wsgi": "E",
}

#: What lies outside the standard library and may still be imported.
OUTSIDE = {
    "P": set(),
    "D": {"sqlalchemy", "flask_sqlalchemy"},
    "U": {"sqlalchemy"},
    "A": {
        "sqlalchemy", "flask", "flask_mail", "jinja2", "markupsafe", "icalendar", "docx", "openpyxl", "pdfplumber", "pdfminer",
        "lxml", "holidays", "argon2", "itsdangerous", "pyotp", "segno", "fsspec", "cryptography", "markdown_it",
    },
    "E": None,  # anything
}  # fmt: skip

#: Which of our own marks may be imported.
OWN = {
    "P": {"P"},
    "D": {"P", "D"},
    "U": {"P", "D", "U"},
    "A": {"P", "D", "U", "A"},
    "E": {"P", "D", "U", "A", "E"},
}

#: (module, imported): each with its reason.
EXCEPTIONS = {
    ("tracker.instance", "config"): "the instance folder is part of the settings",
    ("tracker.models.base", "tracker.rules.states"): "enum columns",
}


def modules():
    files = [*ROOT.glob("tracker/**/*.py"), *ROOT.glob("jobs/**/*.py"), ROOT / "config.py", ROOT / "wsgi.py"]
    for path in sorted(files):
        if "migrations" in path.parts:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def mark_of(name):
    parts = name.split(".")
    while parts:
        if ".".join(parts) in MARKS:
            return MARKS[".".join(parts)]
        parts.pop()
    return None


def imports_of(path):
    tree = ast.parse(path.read_text())
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                target = f"{node.module}.{alias.name}"
                is_module = (ROOT / Path(*target.split("."))).with_suffix(".py").exists() or (
                    ROOT / Path(*target.split("."))
                ).is_dir()
                yield target if is_module else node.module


ALL = list(modules())


@pytest.mark.parametrize(("name", "path"), ALL, ids=[name for name, _ in ALL])
def test_a_module_imports_only_what_its_mark_allows(name, path):
    mark = mark_of(name)
    assert mark, f"{name} has no mark: add it to the table here and in docs/ARCHITECTURE.md"
    for imported in imports_of(path):
        if (name, imported) in EXCEPTIONS or imported == "__future__":
            continue
        top = imported.split(".")[0]
        own = mark_of(imported) if top in {"tracker", "jobs", "config", "wsgi"} else None
        if own is not None:
            assert own in OWN[mark], f"{name} ({mark}) imports {imported} ({own})"
        elif top not in STANDARD and OUTSIDE[mark] is not None:
            assert top in OUTSIDE[mark], f"{name} ({mark}) imports {imported}"


@pytest.mark.parametrize(("name", "path"), ALL, ids=[name for name, _ in ALL])
def test_pages_and_jobs_never_meet_and_the_tracker_knows_no_jobs(name, path):
    for imported in imports_of(path):
        if name.startswith("tracker"):
            assert not imported.startswith("jobs"), f"{name} imports {imported}"
        if name.startswith("jobs"):
            assert not imported.startswith("tracker.web"), f"{name} imports {imported}"


@pytest.mark.parametrize(("name", "path"), [m for m in ALL if mark_of(m[0]) in {"P", "D", "U"}], ids=lambda v: str(v))
def test_rules_models_and_services_never_ask_the_clock(name, path):
    """The day is handed in: the whole system runs in virtual time."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "today", "utcnow"}:
            owner = ast.unparse(node.func.value)
            assert owner not in {"datetime", "date", "datetime.datetime", "clock", "func", "time"}, f"{name}: {ast.unparse(node)}"


@pytest.mark.parametrize(("name", "path"), [m for m in ALL if mark_of(m[0]) == "U"], ids=lambda v: str(v))
def test_services_never_commit(name, path):
    allowed = {"tracker.services.rehearsal", "tracker.services.demo"}  # they drive time themselves, a day a transaction
    if name in allowed:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"commit", "rollback"}, f"{name} commits"


def test_no_two_test_files_share_a_name():
    """pytest imports most of them without a package: of two with one name it would collect only the first."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
