"""What cannot be taken is refused on the page, in a sentence that says what is wrong and where, and nothing is written.

Sent through the browser, in rooms that are open.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.campaigns.life import BALLOTS, FIRST, Life
from tests.campaigns.test_shut_rooms import ATTEMPTS, OPENING, box, plain, send
from tests.survey import FORMS
from tests.web.pages import Page, squeezed
from tracker.rules.entry_rows import template_headings

pytestmark = pytest.mark.slow
MEGABYTES_11 = b"%PDF-1.7\n" + b"0" * 11 * 1024 * 1024
PROGRAM = b"MZ\x90\x00" + b"0" * 200
BROKEN = {
    "once": "b", "opened_on": "06/7/2021", "opened_time": "8:30", "condition": "seal", "description": "giấy bị rách",
}  # fmt: skip
WAIVER = {"unit": "0", "responsible": "Lê Văn Dũng", "reason": "kịp tiến độ", "document": "15/PNV"}


def refused(life: Life, page: Page, before: Mapping[str, Any], status: int, *said: str) -> None:
    assert page.status == status, page.text
    for words in said:
        assert words in squeezed(page.text), page.text
    assert life.everything() == before
    assert stored(life) == []


def stored(life: Life) -> list[Path]:
    """Files of evidence."""
    folder = Path(str(life.app.config["INSTANCE_DIR"])) / "files"
    return [path for path in folder.rglob("*") if path.is_file()]


def keyed(life: Life, **differing: str) -> Page:
    attempt = ATTEMPTS["entry.keep"]
    return send(life, "entry.keep", replace(attempt, fields=lambda at: {**attempt.fields(at), **differing}), "lan")


@pytest.mark.parametrize(
    ("differing", "status", "said"),
    [
        ({"number": "0001"}, 422, "Phiếu 0001 đã được Vũ Thị Lan nhập"),
        ({"number": "0099"}, 422, "Mã phiếu 0099 không có trong các phiếu thu về của UBND xã Số 1"),
        ({"number": "0105"}, 422, "Mã phiếu 0105 thuộc UBND xã Số 5, không thuộc UBND xã Số 1"),
        ({"number": "abc"}, 422, "Mã phiếu “abc” không đúng dạng 0001"),
        ({"a-A1": "9"}, 422, "A1"),
        ({"a-A1": ""}, 422, "A1"),
        ({"questionnaire": "health-station@1"}, 409, ""),
    ],
    ids=["keyed before", "out of range", "another unit's", "no number", "out of scale", "unanswered", "another form"],
)
def test_a_ballot_that_cannot_be_is_not_kept(life: Life, differing: dict[str, str], status: int, said: str) -> None:
    life.at("entry")
    before = life.everything()
    page = keyed(life, **differing)
    refused(life, page, before, status, said)


@pytest.mark.parametrize("ranges", ["0001–0005\n0004–0009", "0009–0001", "0001–9999999", "x–y", "0001–0009 \n0001"])
def test_numbers_that_cannot_be_are_not_registered(life: Life, ranges: str) -> None:
    life.at("field")
    before = life.everything()
    for endpoint in ("fieldwork.register", "field_link.register"):
        page = send(life, endpoint, replace(ATTEMPTS[endpoint], fields=plain(ranges=ranges)), ATTEMPTS[endpoint].by)
        refused(life, page, before, 409)


def taken_in(life: Life, content: bytes, name: str = "phieu.csv") -> Page:
    fields = lambda _life: {"file": (io.BytesIO(content), name), "do": "import"}  # noqa: E731
    return send(life, "entry.take_in", replace(ATTEMPTS["entry.take_in"], fields=fields), "lan")


def rows(life: Life, code: str, *, wrong_on: int = 0, twice: int = 0) -> bytes:
    form, lines = FORMS[code], [template_headings(FORMS[code])]
    for number in range(1, BALLOTS + 1):
        cells = [life.made.names[life.units[1]], f"{number:04d}"]
        for place, question in enumerate(form.questions):
            usual = "4" if question.has_levels else "no" if "no" in question.options else next(iter(question.options), "")
            cells += ["9" if number == wrong_on and not place else usual, *([""] if question.other else [])]
        lines += [cells] * (2 if number == twice else 1)
    return "\r\n".join(";".join(cells) for cells in lines).encode("utf-8-sig")


def test_a_file_of_another_questionnaire_is_not_taken_in(life: Life) -> None:
    life.at("entry")
    before = life.everything()
    refused(life, taken_in(life, rows(life, "health-station@1")), before, 422, "Chưa nhập gì: tệp theo mẫu phiếu")


@pytest.mark.parametrize(("fault", "said"), [({"wrong_on": BALLOTS}, "câu F1: “9”"), ({"twice": BALLOTS}, "0012")])
def test_one_fault_on_the_last_row_takes_in_nothing(life: Life, fault: dict[str, int], said: str) -> None:
    life.at("entry")
    before = life.everything()
    last = BALLOTS + 1 + ("twice" in fault)
    refused(life, taken_in(life, rows(life, "commune@1", **fault)), before, 422, f"Dòng {last}", said)


@pytest.mark.parametrize(("content", "name"), [(PROGRAM, "phieu.xlsx"), (PROGRAM, "phieu.csv"), (b"%PDF-1.7", "phieu.xlsx")])
def test_a_file_of_ballots_that_lies_about_its_type_is_not_taken_in(life: Life, content: bytes, name: str) -> None:
    life.at("entry")
    before = life.everything()
    refused(life, taken_in(life, content, name), before, 422, name)


#: Where evidence is given along: address, what else is typed, who.
EVIDENCE = {
    "a broken seal": ("/plans/1/boxes/{box_id}/openings", BROKEN, "ha"),
    "a broken seal, by the unit": ("/v/{token}/boxes/1/{box_id}/openings", BROKEN, None),
    "a waiver": ("/plans/1/stages/3/waive", WAIVER, "ha"),
}


@pytest.mark.parametrize("place", EVIDENCE)
@pytest.mark.parametrize(
    ("content", "name", "statuses", "said"),
    [
        (MEGABYTES_11, "bien-ban.pdf", (413,), "vượt mức 10 MB"),
        (PROGRAM, "anh.png", (409, 422), "anh.png"),
        (b"", "bien-ban.pdf", (409, 422), "bien-ban.pdf"),
    ],
    ids=["11 MB", "lies about its type", "empty"],
)
def test_evidence_that_cannot_be_kept_is_not(
    life: Life, place: str, content: bytes, name: str, statuses: tuple[int, ...], said: str
) -> None:
    life.at("field")
    before, (where, fields, by) = life.everything(), EVIDENCE[place]
    boundary, body = encode_multipart({**fields, "file": FileStorage(io.BytesIO(content), name)})
    sent = life.browser(by).client.post(
        where.format(token=life.token(), **box(life)), data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )
    page = Page(sent)
    assert page.status in statuses, page.text
    refused(life, page, before, page.status, said)


def test_an_opening_that_counts_more_than_was_found_is_not_kept(life: Life) -> None:
    life.at("field")
    before = life.everything()
    wrong = replace(ATTEMPTS["boxes.record"], fields=lambda at: {**OPENING(at), "valid": str(FIRST + 90)})
    refused(life, send(life, "boxes.record", wrong, "ha"), before, 422)
