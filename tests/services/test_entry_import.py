"""Files of entries: read row by row, every fault told with its row and column, all or nothing, the same file once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.entries import COMMUNE, NOW, SHELF, Hall, answers, discarded, hall, numbers
from tracker.documents.tables import MAX_COLUMNS, read_table
from tracker.errors import Refused, UnreadableDocument
from tracker.models import Ballot, Entry, EntryImport, JournalEntry, SecondEntryItem, Task
from tracker.rules.entry_rows import RowsRefused, columns_of, read_rows, template_headings
from tracker.rules.method import SecondEntryMethod
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import TaskStatus
from tracker.services.data_entry import Imported, SentFile, complete_units, import_entries

Row = list[str]


def row(unit: str, number: str, questionnaire: Questionnaire = COMMUNE, **differing: str) -> Row:
    given, cells = answers(questionnaire, **differing), [unit, number]
    for question in questionnaire.questions:
        cells.append(given[question.code])
        cells += [differing.get(f"{question.code}_other", "")] if question.other else []
    return cells


def as_csv(rows: Sequence[Row], *, mark: str = ";") -> bytes:
    lines = [mark.join(cells) for cells in [template_headings(COMMUNE), *rows]]
    return ("\ufeff" + "\r\n".join(lines)).encode()


def as_xlsx(
    rows: Sequence[Sequence[Any]], headings: Sequence[str] | None = None, change: Callable[[Any], None] | None = None
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [template_headings(COMMUNE), *rows]:
        sheet.append(list(cells))
    if change:
        change(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def take_in(session: Session, room: Hall, content: bytes, name: str = "phieu.csv", **kinds: Any) -> Imported:
    table = read_table(content, name)
    columns = columns_of(table.headings, {"commune@1": COMMUNE}, SHELF)
    rows, found = read_rows(columns, ((r.no, r.cells, r.formulas) for r in table.rows), table.headings)
    file = SentFile(name, sha256(content).hexdigest(), kinds.pop("paperless", False))
    return import_entries(
        session, room.plan_id, file, columns.questionnaire, rows, found, by=room.lan, now=NOW, shelf=SHELF, **kinds
    )


def faults(session: Session, room: Hall, content: bytes) -> list[str]:
    with pytest.raises(RowsRefused) as caught:
        take_in(session, room, content)
    assert session.scalar(select(func.count(Entry.id))) == 0
    return caught.value.sentences


@pytest.mark.parametrize("form", ["csv", "comma", "xlsx"])
def test_a_file_is_taken_in_whole_and_once(session: Session, form: str) -> None:
    room = hall(session)
    rows = [
        row(room.name(), "1", A1="5"),
        row(room.name().lower(), "0002"),
        row(room.name(1), "0001", F2="Việc khác", F2_other="Xe"),
    ]
    content = as_xlsx(rows) if form == "xlsx" else as_csv(rows, mark="," if form == "comma" else ";")
    assert take_in(session, room, content) == Imported(3, 2)
    assert take_in(session, room, content) == Imported(3, 0, NOW)
    found = session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [(e.unit_id, e.answers["A1"], e.answers.get("F2:other")) for e in found] == [
        (room.unit(), "5", None), (room.unit(), "4", None), (room.unit(1), "4", "Xe"),
    ]  # fmt: skip
    taken = session.scalars(select(EntryImport)).one()
    assert (taken.rows, {e.import_id for e in found}) == (3, {taken.id})
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert line.what.replace("\u00a0", " ") == "3 phiếu của 2 đơn vị từ tệp “phieu.csv”"


def test_an_empty_cell_is_a_blank_answer(session: Session) -> None:
    room = hall(session)
    take_in(session, room, as_csv([row(room.name(), "0001", A1="")]))
    assert session.scalars(select(Entry.answers)).one()["A1"] == "blank"


def test_every_fault_is_told_with_its_row_its_column_and_the_way_out(session: Session) -> None:
    room = hall(session)
    discarded(session, room.plan_id, room.unit(), "0003")
    rows = [
        row(room.name(), "0001", A1="9"),
        row(room.name(), "0002", G3="gọi 0905 123 456"),
        row(room.name(), "0002", B1="3;4"),
    ]
    content = as_csv(rows, mark="\t")
    assert faults(session, room, content) == [
        "Dòng 2, câu A1: “9” không thuộc các phương án 1, 2, 3, 4, 5.",
        "Dòng 3, câu G3: câu trả lời có vẻ chứa số điện thoại hoặc số định danh; xóa phần đó.",
        "Dòng 4: câu B1 chỉ chọn một phương án; phiếu chọn nhiều thì loại bỏ với lý do tương ứng.",
    ]
    rows = [
        row("UBND xã Số 001", "0001"),
        row(room.name(), "12a"),
        row(room.name(), "0003"),
        row(room.name(), "0009"),
        row(room.name(), "0001"),
        row(room.name(), "1"),
        row(room.name(), "0002", F1="official"),
        row(room.name(), "0002", E2="có"),
    ]
    assert faults(session, room, as_csv(rows)) == [
        "Dòng 2: “UBND xã Số 001” không khớp đơn vị nào; gần nhất là “UBND xã Số 0001”.",
        "Dòng 3, cột Mã phiếu: mã phiếu “12a” không đúng dạng 0001; xem số ghi trên phiếu.",
        "Dòng 4: phiếu 0003 đã loại bỏ (Rách, không đọc được); bỏ dòng này.",
        "Dòng 5: mã phiếu 0009 không thuộc dải đã phát cho UBND xã Số 0001.",
        "Dòng 7: mã phiếu 0001 đã có ở dòng 6; giữ một dòng.",
        "Dòng 8: phiếu 0002 phải loại (cán bộ, công chức trả lời thay người dân); loại phiếu ở trang nhập liệu rồi bỏ dòng này.",
        "Dòng 9, câu E2: “có” không thuộc các phương án 1, 2, 3, 4, 5.",
    ]


def test_a_ballot_of_another_unit_or_keyed_before_is_named(session: Session) -> None:
    room = hall(session)
    session.add(Ballot(plan_id=room.plan_id, unit_id=room.unit(1), number="0777", registered_at=NOW))
    session.flush()
    take_in(session, room, as_csv([row(room.name(), "0001")]))
    with pytest.raises(RowsRefused) as caught:
        take_in(session, room, as_csv([row(room.name(), "0001"), row(room.name(), "0777")]))
    assert caught.value.sentences == [
        "Dòng 2: mã phiếu 0001 đã nhập ngày 04/10/2021; bỏ dòng này hoặc dùng Nhập lần hai.",
        f"Dòng 3: mã phiếu 0777 thuộc {room.name(1)}, không thuộc {room.name()}; sửa tên đơn vị hoặc mã phiếu.",
    ]


def test_a_unit_whose_gate_is_shut_stops_the_whole_file(session: Session) -> None:
    room = hall(session)
    for one in session.scalars(select(Task).where(Task.status == TaskStatus.IN_PROGRESS)):
        one.status = TaskStatus.PAUSED
    session.flush()
    said = faults(session, room, as_csv([row(room.name(), "0001"), row(room.name(), "0002")]))
    assert len(said) == 1
    assert said[0].startswith("Dòng 2: Chưa ghi nhận: “Nhập liệu” đã chuyển sang Tạm dừng")


HEADINGS = template_headings(COMMUNE)
OTHER = SHELF["health-station@1"]
WRONG_HEADINGS = [
    (template_headings(OTHER), "import_other_questionnaire"),
    ([h.replace(" [commune@1]", "") for h in template_headings(OTHER)], "import_other_questionnaire"),
    ([h for h in HEADINGS if h != "A2"], "columns_missing"),
    (["Họ và tên", *HEADINGS], "personal_data_column"),
    ([*HEADINGS, "Số CCCD"], "personal_data_column"),
    (["Một", "Hai", "Ba"], "import_unknown_questionnaire"),
]


@pytest.mark.parametrize(("headings", "key"), WRONG_HEADINGS, ids=[str(n) for n in range(len(WRONG_HEADINGS))])
def test_headings_that_are_not_of_this_questionnaire_are_refused(headings: list[str], key: str) -> None:
    with pytest.raises(Refused) as caught:
        columns_of(headings, {"commune@1": COMMUNE}, SHELF)
    assert caught.value.key == key


def test_another_questionnaires_file_is_named(session: Session) -> None:
    with pytest.raises(Refused) as caught:
        columns_of(template_headings(OTHER), {"commune@1": COMMUNE}, SHELF)
    assert caught.value.sentence == (
        f"Chưa nhập gì: tệp theo mẫu phiếu “{OTHER.title}”, không phải “{COMMUNE.title}”; "
        "tải tệp mẫu đúng rồi chép dữ liệu vào đó."
    )


def macro(content: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (170 * 1024 * 1024))
    return made.getvalue()


def swelling(part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A sheet with entities of its own, behind a long remark, and under a name that says nothing."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([]))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(b"/xl/worksheets/sheet1.xml", b"/" + part.encode())
            if name.startswith("xl/worksheets/"):
                new.writestr(part, b"<!--" + b"x" * 2_000 + b'--><!DOCTYPE x [<!ENTITY a "swells">]>' + text)
            if name != part:
                new.writestr(name, text)
    return made.getvalue()


LIES = [
    (lambda: b"", "a.csv", "file_empty"),
    (lambda: b"%PDF-1.7 x", "a.csv", "import_file_type"),
    (lambda: b"\xd0\xcf\x11\xe0 x", "a.xlsx", "file_encrypted"),
    (lambda: b"not a zip; at all", "a.xlsx", "file_content_differs"),
    (lambda: b"PK\x03\x04 broken", "a.xlsx", "file_broken"),
    (lambda: "Mã;Tên\nĐơn".encode("utf-16-be"), "a.csv", "import_file_type"),
    (lambda: "Mã;Tên\nĐơn vị".encode("cp1258", "replace"), "a.csv", "encoding"),
    (lambda: "một cột\nhai".encode(), "a.csv", "separator"),
    (lambda: macro(as_xlsx([])), "a.xlsx", "file_macro"),
    (lambda: as_xlsx([row("a", "1")], change=lambda sheet: sheet.merge_cells("C2:D2")), "a.xlsx", "merged_cells"),
    (bomb, "a.xlsx", "import_unpacks"),
    (swelling, "a.xlsx", "file_unsafe"),
    (lambda: swelling("xl/sheet.dat"), "b.xlsx", "file_unsafe"),
]


@pytest.mark.parametrize(("content", "name", "key"), LIES, ids=[key for *_, key in LIES])
def test_a_file_that_is_not_what_it_says_is_refused(content: Callable[[], bytes], name: str, key: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_table(content(), name)
    assert caught.value.key == key


def test_a_row_is_as_wide_as_it_was_filled_in_and_no_wider_than_a_questionnaire() -> None:
    def write_far_out(sheet: Any) -> None:
        sheet.cell(row=3, column=1_000, value="x")

    table = read_table(as_xlsx([row("a", "1"), row("a", "2")], change=write_far_out), "a.xlsx")
    assert [len(found.cells) for found in table.rows] == [len(template_headings(COMMUNE)), MAX_COLUMNS]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_formulas_are_refused_in_their_row(sqlite_session: Session, form: str) -> None:
    room = hall(sqlite_session)
    rows = [row(room.name(), "0001"), row(room.name(), "0002", A1="=2+2")]
    content = as_xlsx(rows) if form == "xlsx" else as_csv(rows)
    assert faults(sqlite_session, room, content) == ["Dòng 3, cột A1: ô chứa công thức; dán giá trị thay công thức."]


def test_numbers_of_a_spreadsheet_are_read_as_what_they_mean(sqlite_session: Session) -> None:
    room = hall(sqlite_session)
    cells: list[Any] = row(room.name(), "0001")
    cells[1] = 1
    at = template_headings(COMMUNE).index("A1")
    cells[at] = 5.0
    take_in(sqlite_session, room, as_xlsx([cells]), "a.xlsx")
    assert sqlite_session.scalars(select(Entry.answers)).one()["A1"] == "5"


def test_imported_ballots_are_keyed_again_too_unless_there_is_no_paper(session: Session) -> None:
    room = hall(session, second=SecondEntryMethod(10, 2))
    take_in(session, room, as_csv([row(room.name(), number) for number in numbers(3)]))
    take_in(session, room, as_csv([row(room.name(1), number) for number in numbers(3)]), paperless=True)
    drawn = session.scalars(select(SecondEntryItem.unit_id)).all()
    assert drawn == [room.unit(), room.unit()]
    assert complete_units(session, room.plan_id) == {room.unit(1)}


@pytest.mark.slow
def test_fifty_thousand_rows_with_one_fault_on_the_last_take_in_nothing(sqlite_session: Session) -> None:
    room = hall(sqlite_session, units=1, ballots=50_000)
    rows = [row(room.name(), f"{n:05d}", A1="5" if n < 50_000 else "7") for n in range(1, 50_001)]
    assert faults(sqlite_session, room, as_csv(rows)) == ["Dòng 50001, câu A1: “7” không thuộc các phương án 1, 2, 3, 4, 5."]
    assert sqlite_session.scalar(select(func.count(EntryImport.id))) == 0


def test_looking_through_writes_nothing(session: Session) -> None:
    room = hall(session)
    assert take_in(session, room, as_csv([row(room.name(), "0001")]), write=False) == Imported(1, 1)
    assert session.scalar(select(func.count(Entry.id))) == 0
