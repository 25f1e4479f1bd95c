"""The facts of the five signed sample plans, as a careful reader makes them (tests/plans_expected/*.json)."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tracker.documents import read_text
from tracker.rules.document import DocumentText
from tracker.rules.drafts import parse
from tracker.rules.drafts.facts import read_facts
from tracker.rules.parsed import Place, PlanFacts

ROOT = Path(__file__).parents[2]
SAMPLES = ("ca-mau-2014", "cam-ranh-2021", "ha-dong-2020", "quang-thanh-2024", "van-thang-2023")


def document(name: str) -> DocumentText:
    return read_text((ROOT / "seeds" / "plans" / f"{name}.txt").read_text(encoding="utf-8"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "tests" / "plans_expected" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_number_date_place_and_year_are_as_signed(name: str) -> None:
    facts, wanted = read_facts(document(name)), expected(name)
    issued_on = facts.issued_on.isoformat() if facts.issued_on else None
    assert (facts.number, issued_on, facts.place, facts.year) == tuple(
        wanted[key] for key in ("number", "issued_on", "place", "year")
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_units_ballots_and_groups_are_as_signed(name: str) -> None:
    facts, wanted = read_facts(document(name)), expected(name)
    groups = [
        {
            key: value
            for key in ("name", "units", "services", "ballots_each", "ballots")
            if (value := getattr(group, key)) is not None
        }
        for group in facts.groups
    ]
    assert groups == wanted["groups"]
    assert (facts.units, facts.ballots, facts.recheck_percent) == (wanted["units"], wanted["ballots"], wanted["recheck_percent"])


@pytest.mark.parametrize(
    ("name", "issuer", "signatory", "position"),
    [
        ("ca-mau-2014", "Chủ tịch UBND tỉnh Cà Mau", "Trần Hồng Quân", "Phó Chủ tịch"),
        ("cam-ranh-2021", "UBND thành phố Cam Ranh", "Ngô Hữu Hiền", "Phó Chủ tịch"),
        ("ha-dong-2020", "UBND quận Hà Đông", "Phạm Thị Hòa", "Phó Chủ tịch"),
        ("quang-thanh-2024", "UBND xã Quảng Thành", "Nguyễn Văn Khoa", "Chủ tịch"),
        ("van-thang-2023", "UBND xã Vạn Thắng", "Phạm Huệ", ""),
    ],
)
def test_who_issued_and_who_signed(name: str, issuer: str, signatory: str, position: str) -> None:
    facts = read_facts(document(name))
    assert (facts.issuer, facts.signatory, facts.signatory_position) == (issuer, signatory, position)


@pytest.mark.parametrize(
    ("name", "references"),
    [
        (
            "ca-mau-2014",
            [
                "basis Luật Tổ chức Hội đồng nhân dân và Ủy ban nhân dân ngày 26/11/2003 của Quốc hội",
                "basis 962/QĐ-UBND ngày 19/6/2014 của Chủ tịch Ủy ban nhân dân tỉnh Cà Mau",
                "basis 53/TTr-SNV ngày 26/02/2015 của Giám đốc Sở Nội vụ",
            ],
        ),
        (
            "cam-ranh-2021",
            [
                "basis 2072/QĐ-UBND ngày 12/8/2014 của UBND tỉnh Khánh Hòa",
                "parent 1472/QĐ-UBND ngày 04/6/2021 của UBND tỉnh Khánh Hòa",
                "basis 82/QĐ-UBND ngày 27/01/2021 của UBND thành phố Cam Ranh",
            ],
        ),
        (
            "ha-dong-2020",
            [
                "parent 117/KH-UBND ngày 27/5/2019 của UBND thành phố Hà Nội",
                "basis 28/KH-UBND ngày 17/01/2020 của UBND quận Hà Đông",
            ],
        ),
        ("quang-thanh-2024", ["parent 104/KH-UBND ngày 27/3/2024 của UBND huyện Quảng Điền"]),
        (
            "van-thang-2023",
            ["basis 06/QĐ-UBND ngày 30/01/2023 của UBND xã Vạn Thắng", "basis 180/KH-UBND ngày 19/5/2023 của UBND xã Vạn Thắng"],
        ),
    ],
)
def test_the_documents_it_rests_on(name: str, references: list[str]) -> None:
    assert [f"{reference.role} {reference}" for reference in read_facts(document(name)).references] == references


def test_the_sample_bands_of_quang_thanh() -> None:
    tiers = [
        {"min": tier.min, "max": tier.max, "ballots": tier.ballots}
        for tier in read_facts(document("quang-thanh-2024")).sample_tiers
    ]
    assert tiers == expected("quang-thanh-2024")["sample_tiers"]


def test_the_dates_that_stand_only_in_prose() -> None:
    found = read_facts(document("quang-thanh-2024")).milestones
    for milestone, wanted in zip(found, expected("quang-thanh-2024")["milestones"], strict=True):
        assert (milestone.wording, str(milestone.due_on)) == (wanted["time"], wanted["due"])
        assert wanted["content"] in milestone.content


def test_the_survey_window_and_the_observers_of_ha_dong() -> None:
    facts, wanted = read_facts(document("ha-dong-2020")), expected("ha-dong-2020")
    window = facts.survey_window
    assert window is not None
    assert {"time": window.wording, "start": str(window.start_on), "due": str(window.due_on)} == wanted["survey_window"]
    assert list(facts.observers) == wanted["observers"]


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("ca-mau-2014", []),
        (
            "cam-ranh-2021",
            [
                "Văn bản chưa có số; bổ sung sau khi văn thư cấp số.",
                "Văn bản chưa ghi ngày ban hành; thời gian tính theo năm 2021 của kế hoạch.",
            ],
        ),
        (
            "quang-thanh-2024",
            [
                "Số văn bản ở đầu là 104/KH-UBND, ở phụ lục là 94/KH-UBND; chọn số đúng.",
                "Kế hoạch này và kế hoạch cấp trên cùng số 104/KH-UBND; phân biệt bằng cơ quan và ngày ban hành.",
                "Số thứ tự dòng không liên tục (mục I, II, III, III); kiểm tra có thiếu dòng.",
            ],
        ),
        ("van-thang-2023", []),
    ],
)
def test_the_doubts_about_the_facts(name: str, sentences: list[str]) -> None:
    assert [doubt.sentence for doubt in read_facts(document(name)).doubts] == sentences


def words_at(source: DocumentText, place: Place) -> str:
    block = source.blocks[place.block]
    return " ".join(str(getattr(block, "text", "")).split())


@pytest.mark.parametrize("name", SAMPLES)
def test_every_fact_is_found_at_its_place(name: str) -> None:
    source = document(name)
    facts = read_facts(source)
    named = [
        *facts.places.values(),
        *(group.place for group in facts.groups),
        *(reference.place for reference in facts.references),
    ]
    assert {"title", "issuer", "signatory", "recipients"} <= set(facts.places)
    for place in named:
        assert place is not None
        assert place.words
        assert place.words in words_at(source, place)


def test_what_a_person_says_wins_over_the_text() -> None:
    facts: PlanFacts = read_facts(document("cam-ranh-2021"), year=2022, issued_on=date(2021, 6, 10))
    assert (facts.year, facts.issued_on) == (2022, date(2021, 6, 10))
    assert [doubt.key for doubt in facts.doubts] == ["number_blank"]


def wrapped(text: str, width: int) -> str:
    """Prose cut by a margin, as copying from a PDF gives it; tables stay."""
    lines = (line if "\t" in line or not line.strip() else textwrap.fill(line, width) for line in text.split("\n"))
    return "\n".join(lines)


COPIES: dict[str, Callable[[str], str]] = {
    "margin at 70": lambda text: wrapped(text, 70),
    "margin at 85": lambda text: wrapped(text, 85),
    "margin at 100, no empty lines": lambda text: re.sub(r"\n\s*\n+", "\n", wrapped(text, 100)),
    "lines set in": lambda text: "\n".join(line if "\t" in line else f"    {line}" for line in text.split("\n")),
    "other bullets": lambda text: re.sub(r"(?m)^- ", "• ", text),
    "bold headings": lambda text: re.sub(r"(?m)^((?:[IVX]+|\d)\. [^\t\n]{3,60})$", r"**\1**", text),
    "long hyphens in numbers": lambda text: re.sub(r"(?<=[A-Z])-(?=[A-Z])", "–", text),
    "odd spaces": lambda text: text.replace(" ", "\u00a0"),
    "two spaces": lambda text: text.replace(" ", "  "),
    "empty lines everywhere": lambda text: text.replace("\n", "\n\n"),
    "no empty lines": lambda text: re.sub(r"\n\s*\n+", "\n", text),
    "quoted in a letter": lambda text: re.sub(r"(?m)^(?=[^\t\n])", "> ", text),
    "number and day on one line": lambda text: re.sub(r"(?m)^(Số: [^\n]*)\n\n([^\n]*, ngày)", r"\1\t\2", text),
}


def values(facts: PlanFacts) -> dict[str, object]:
    """The facts without their places, which a copy moves."""
    found = dict(vars(facts))
    found.pop("places")
    for name in ("groups", "references", "milestones"):
        found[name] = [replace(one, place=None) for one in found[name]]
    found["doubts"] = [(doubt.key, doubt.sentence) for doubt in facts.doubts]
    return found


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_careless_copy_reads_the_same(name: str, copy: str) -> None:
    text = (ROOT / "seeds" / "plans" / f"{name}.txt").read_text(encoding="utf-8")
    assert values(read_facts(read_text(COPIES[copy](text)))) == values(read_facts(read_text(text)))


def test_milestones_follow_the_plans_reading_of_before() -> None:
    source = document("quang-thanh-2024")
    assert [str(milestone.due_on) for milestone in read_facts(source, strict=False).milestones] == ["2024-10-15", "2024-10-30"]
    assert [str(milestone.due_on) for milestone in parse(source, strict=False).facts.milestones] == ["2024-10-15", "2024-10-30"]
