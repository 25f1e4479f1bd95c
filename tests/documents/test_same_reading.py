"""The five sample plans read the same from Word, HTML and PDF as from their text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.documents.making import SAMPLES, as_docx, as_html, printed, sample_text
from tracker.documents import read
from tracker.rules.drafts import parse, to_expected_json

EXPECTED = Path(__file__).parents[1] / "plans_expected"


def reading(content: bytes, file_name: str) -> dict[str, Any]:
    text = json.dumps(to_expected_json(parse(read(content, file_name))), ensure_ascii=False)
    # On paper a space behind a hyphen is gone where the line breaks: "02/7/2021- 15/9/2021".
    found: dict[str, Any] = json.loads(re.sub(r"(?<=\w)- (?=\w)", "-", text))
    # A table pasted one cell a line is a real table in the other files.
    found["form"] = "table" if found["form"] == "one cell a line" else found["form"]
    return found


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    return printed({name: as_html(sample_text(name)) for name in SAMPLES})


@pytest.mark.parametrize("name", SAMPLES)
def test_the_word_file_reads_as_the_text(name: str) -> None:
    assert reading(as_docx(sample_text(name)), f"{name}.docx") == reading(sample_text(name).encode(), f"{name}.txt")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_web_page_reads_as_the_text(name: str) -> None:
    assert reading(as_html(sample_text(name)).encode(), f"{name}.html") == reading(sample_text(name).encode(), f"{name}.txt")


@pytest.mark.browser
@pytest.mark.parametrize("name", SAMPLES)
def test_the_printed_pdf_reads_as_the_text(name: str, pdfs: dict[str, bytes]) -> None:
    assert reading(pdfs[name], f"{name}.pdf") == reading(sample_text(name).encode(), f"{name}.txt")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_reads_as_a_careful_reader_reads_it(name: str) -> None:
    wanted = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    found = to_expected_json(parse(read(sample_text(name).encode(), f"{name}.txt")))
    plain = (
        "number",
        "issued_on",
        "place",
        "year",
        "groups",
        "units",
        "ballots",
        "recheck_percent",
        "form",
        "parent",
        "sample_tiers",
    )
    assert {key: found.get(key) for key in plain if key in wanted} == {key: wanted[key] for key in plain if key in wanted}
    assert len(found["stages"]) == len(wanted["stages"])
    # Each warning of the careful reader has a doubt of ours.
    assert len(found["warnings"]) >= len(wanted.get("warnings", []))
