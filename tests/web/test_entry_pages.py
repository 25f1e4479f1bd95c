"""The pages of data entry as a browser without scripts sees them, and what their own script is answered."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.applications import MakeApp
from tests.entries import NOW, SHELF, Hall, answers, hall, typed
from tests.web.conftest import PASSWORD, Browser, World, statements
from tests.web.pages import Page, squeezed
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Ballot, Entry, LedgerLine, Stage, Task, User
from tracker.rules.access import Actor
from tracker.rules.method import SecondEntryMethod
from tracker.rules.states import Role, TaskStatus, WorkKind
from tracker.services import data_entry

MakeHall = Callable[..., "Room"]


class Room:
    """A world with a hall in it."""

    def __init__(self, world: World, hall_: Hall) -> None:
        self.world = world
        self.hall = hall_
        self.plan = f"/plans/{hall_.plan_id}/entry"

    def unit(self, index: int = 0) -> str:
        return f"{self.plan}/{self.hall.unit(index)}"

    def browser(self, username: str = "lan") -> Browser:
        return self.world.browser(username)

    def entries(self) -> int:
        with self.world.app.app_context():
            return db.session.scalar(select(func.count(Entry.id))) or 0

    def keep(self, *numbers: str, by: Actor | None = None, unit: int = 0, **differing: str) -> None:
        with self.world.app.app_context(), transaction() as session:
            for number in numbers:
                data_entry.keep_entry(
                    session, self.hall.plan_id, self.hall.unit(unit), typed(number, **differing), by=by or self.hall.lan, now=NOW,
                    shelf=SHELF,
                )  # fmt: skip

    def keep_again(self, *numbers: str, unit: int = 0, **differing: str) -> None:
        with self.world.app.app_context(), transaction() as session:
            for number in numbers:
                data_entry.keep_second_entry(
                    session, self.hall.plan_id, self.hall.unit(unit), typed(number, **differing), by=self.hall.minh, now=NOW,
                    shelf=SHELF,
                )  # fmt: skip

    def shut(self, status: TaskStatus) -> None:
        with self.world.app.app_context(), transaction() as session:
            stage = session.scalars(select(Stage).where(Stage.work_kind == WorkKind.DATA_ENTRY)).one()
            session.scalars(select(Task).where(Task.stage_id == stage.id)).one().status = status


@pytest.fixture
def make_hall(make_app: MakeApp, tmp_path: Path, clock: object) -> MakeHall:
    numbers = count()

    def made(**kinds: object) -> Room:
        url = f"sqlite:///{tmp_path / str(next(numbers))}.db"
        app = make_app(flask={"WTF_CSRF_ENABLED": False}, DATABASE_URL=url)
        with app.app_context(), transaction() as session:
            found = hall(session, **kinds)  # type: ignore[arg-type]
            session.get_one(User, found.people.coordinator_id).username = "ha"
            for username, name, role in (("sat", "Nguyễn Văn Sát", Role.OBSERVER), ("phuc", "Lý Phúc", Role.RECHECKER)):
                session.add(User(office_id=found.people.office_id, username=username, name=name, role=role))
            session.flush()
            for user in session.scalars(select(User)):
                user.password_hash = passwords.hash_password(PASSWORD)
        return Room(World(app, found.people, found.plan_id), found)

    return made


@pytest.fixture
def room(make_hall: MakeHall) -> Room:
    return make_hall()


def boxes(number: str = "0001", **differing: str) -> dict[str, object]:
    fields: dict[str, object] = {f"a-{code}": value for code, value in answers(**differing).items()}
    return {**fields, "number": number, "questionnaire": "commune@1", "once": f"once-{number}"}


def test_a_ballot_is_keyed_with_a_plain_form_and_the_next_one_is_suggested(room: Room) -> None:
    browser = room.browser()
    page = browser.get(room.unit())
    assert page.value("number") == "0001"
    kept = browser.post(room.unit(), **boxes())
    after = browser.follow(kept)
    assert after.banners == ["Đã lưu phiếu 0001; còn 2 phiếu."]
    assert after.value("number") == "0002"
    assert "1 / 3 phiếu đã nhập" in after.text
    assert after.all("ul[contains(@class, 'recent')]/li/span") == ["0001 22/23 câu, 09:00"]


def test_a_second_press_of_the_same_form_keeps_nothing_twice(room: Room) -> None:
    browser = room.browser()
    browser.follow(browser.post(room.unit(), **boxes()))
    assert browser.follow(browser.post(room.unit(), **boxes())).banners == ["Đã lưu phiếu 0001; còn 2 phiếu."]
    assert room.entries() == 1


def test_a_refused_ballot_keeps_what_was_typed_and_says_what_is_wrong_beside_each_field(room: Room) -> None:
    page = room.browser().post(room.unit(), **boxes("0009", A1="9", G3="gọi 0905 123 456", B1="5"))
    assert page.status == 422
    assert page.banners == ["Mã phiếu 0009 không có trong các phiếu thu về của UBND xã Số 0001; xem số ghi trên phiếu."]
    assert page.value("number") == "0009"
    again = room.browser().post(room.unit(), **boxes("0001", A1="9", G3="gọi 0905 123 456", B1="5"))
    assert [e for e in again.with_class("ask-error") if e] == [
        "Câu A1 chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống.",
        "Ý kiến có vẻ ghi họ tên hoặc số điện thoại của người dân; bỏ phần đó.",
    ]
    assert again.value("a-G3") == "gọi 0905 123 456"
    assert [e.get("value") for e in again.elements("input[@name='a-B1'][@checked]")] == ["5"]


def test_no_box_for_anything_about_a_citizen_exists(room: Room) -> None:
    names = {e.get("name") for e in room.browser().get(room.unit()).elements("main//*[@name]")}
    assert {n for n in names if not n.startswith(("a-", "o-"))} == {
        "csrf_token", "once", "questionnaire", "number", "reason", "note",
    } - {"csrf_token"} | ({"csrf_token"} & names)  # fmt: skip


def test_a_voided_ballot_is_discarded_from_the_page(room: Room) -> None:
    browser = room.browser()
    page = browser.post(room.unit(), **boxes("0002", F1="official"))
    assert page.banners == [
        "Chưa lưu phiếu 0002: cán bộ, công chức trả lời thay người dân; bấm Loại phiếu, hoặc sửa câu trả lời nếu nhập nhầm."
    ]
    assert browser.post(f"{room.unit()}/discard", number="0002", reason="", note="").banners == [
        "Chưa chọn lý do loại phiếu; chọn một lý do."
    ]
    done = browser.post(f"{room.unit()}/discard", number="0002", reason="answered_by_official", note="")
    assert browser.follow(done).banners == ["Đã loại phiếu 0002."]
    with room.world.app.app_context():
        assert db.session.scalars(select(LedgerLine.discarded)).all() == [1]


def test_the_last_ballot_is_taken_back_into_the_boxes(room: Room) -> None:
    browser = room.browser()
    browser.post(room.unit(), **boxes(A1="1", F2="other") | {"o-F2": "Xác nhận cư trú"})
    page = browser.get(room.unit())
    address = next(a for a in page.actions if a.endswith("/take-back"))
    back = browser.post(address)
    assert back.banners == ["Đã lấy lại phiếu 0001; sửa rồi lưu lại."]
    assert (back.value("number"), back.value("o-F2")) == ("0001", "Xác nhận cư trú")
    assert [e.get("value") for e in back.elements("input[@name='a-A1'][@checked]")] == ["1"]
    assert room.entries() == 0
    assert browser.follow(browser.post(address)).banners == ["Phiếu này đã được lấy lại."]


def test_the_script_is_answered_in_data(room: Room) -> None:
    client = room.browser().client
    asks = {"Accept": "application/json"}
    kept = client.post(room.unit(), data=boxes(), headers=asks)
    assert (kept.status_code, kept.json["number"], kept.json["left"], kept.json["said"].replace("\u00a0", " ")) == (
        200, "0001", 2, "Đã lưu phiếu 0001; còn 2 phiếu.",
    )  # fmt: skip
    refused = client.post(room.unit(), data=boxes("0002", A1=""), headers=asks)
    assert refused.status_code == 422
    assert refused.json["refused"]["fields"].keys() == {"A1"}
    back = client.post(kept.json["take_back"], headers=asks)
    assert (back.json["number"], back.json["answers"]["F1"], back.json["left"]) == ("0001", "self", 3)
    assert client.post(kept.json["take_back"], headers=asks).status_code == 409


def test_two_clerks_at_one_unit_read_who_has_the_ballot(room: Room) -> None:
    room.browser("lan").post(room.unit(), **boxes())
    page = room.browser("minh").post(room.unit(), **boxes() | {"once": "other"})
    assert page.banners == ["Phiếu 0001 đã được Vũ Thị Lan nhập ngày 05/7/2021; nhập phiếu khác hoặc dùng Nhập lần hai."]


# ---- who, when --------------------------------------------------------------------------------------------------------

POSTS = ("", "/second", "/discard")


@pytest.mark.parametrize(
    "status", [TaskStatus.NOT_OPEN, TaskStatus.SUBMITTED, TaskStatus.DONE, TaskStatus.PAUSED, TaskStatus.CANCELLED]
)
def test_no_route_writes_while_the_gate_is_shut(make_hall: MakeHall, status: TaskStatus) -> None:
    room = make_hall(second=SecondEntryMethod(10, 20))
    room.keep("0001", "0002")
    room.keep_again("0002", A1="5")
    with room.world.app.app_context():
        entry_id, ballot_id = (
            db.session.scalar(select(func.min(Entry.id))),
            db.session.scalar(select(Ballot.id).where(Ballot.number == "0002")),
        )
    room.shut(status)
    before = room.entries()
    for username in ("lan", "minh", "ha"):
        browser = room.browser(username)
        for end in POSTS:
            answer = browser.post(f"{room.unit()}{end}", **boxes("0003") | {"reason": "unreadable"})
            assert answer.status == 409, (username, end)
        assert browser.post(f"{room.plan}/ballots/{entry_id}/take-back").status == 409
        assert browser.post(f"{room.plan}/differences/{ballot_id}", **{"s-A1": "first_right"}).status == 409
        file = (io.BytesIO(csv_of("0003")), "phieu.csv")
        assert browser.post(f"{room.plan}/import", file=file, do="import").status == 422
    assert room.entries() == before
    with room.world.app.app_context():
        assert db.session.scalars(select(Ballot.status).distinct()).all() == ["valid"]
    page = room.browser().get(room.unit())
    assert page.elements("form[@data-entry]") == []


@pytest.mark.parametrize("username", ["sat", "dung", "phuc"])
def test_who_only_reads_is_refused_at_every_post(make_hall: MakeHall, username: str) -> None:
    room = make_hall(second=SecondEntryMethod(10, 20))
    room.keep("0001")
    room.keep_again("0001", A1="5")
    with room.world.app.app_context(), transaction() as session:
        session.get_one(User, room.hall.people.leader_id).username = "dung"
        entry_id, ballot_id = (
            session.scalar(select(func.min(Entry.id))),
            session.scalar(select(Ballot.id).where(Ballot.number == "0001")),
        )
    browser = room.browser(username)
    for end in POSTS:
        assert browser.post(f"{room.unit()}{end}", **boxes("0003") | {"reason": "unreadable"}).status == 403, end
    assert browser.post(f"{room.plan}/ballots/{entry_id}/take-back").status == 403
    assert browser.post(f"{room.plan}/differences/{ballot_id}", **{"s-A1": "first_right"}).status == 403
    file = (io.BytesIO(csv_of("0003")), "phieu.csv")
    assert browser.post(f"{room.plan}/import", file=file, do="import").status == 403
    assert room.entries() == 2
    for where in ("", f"/{room.hall.unit()}", "/differences", "/import"):
        assert browser.get(f"{room.plan}{where}").status == 200


def test_another_office_finds_no_page(room: Room) -> None:
    with room.world.app.app_context(), transaction() as session:
        from tests.builders import cast

        other = cast(session, 1, name="Phòng Văn hóa - Xã hội")
        user = session.get_one(User, other.coordinator_id)
        user.username, user.password_hash = "mai", passwords.hash_password(PASSWORD)
    browser = room.browser("mai")
    for where in (room.plan, room.unit(), f"{room.unit()}/second", f"{room.plan}/differences", f"{room.plan}/import"):
        assert browser.get(where).status == 404, where
    for where in (room.unit(), f"{room.unit()}/second", f"{room.unit()}/discard", f"{room.plan}/import"):
        assert browser.post(where, **boxes() | {"reason": "blank"}).status == 404, where


# ---- the units, the second entry --------------------------------------------------------------------------------------


def rows(page: Page) -> list[str]:
    found = page.elements("table[contains(@class, 'entry-table')]/tbody/tr")
    return [" | ".join(squeezed(cell.text_content()) for cell in row) for row in found]


def test_the_units_say_what_is_left_and_by_whom(room: Room) -> None:
    room.keep("0001", "0002", "0003")
    room.keep("0001", unit=1, by=room.hall.minh)
    page = room.browser().get(room.plan)
    assert rows(page) == [
        "UBND xã Số 0001 | Đã nhập đủ 3/3 | 3 | 3 | 0 | – | – | Vũ Thị Lan | ",
        "UBND xã Số 0002 | Đang nhập 1/3 | 3 | 1 | 2 | – | – | Đỗ Văn Minh | Nhập phiếu",
    ]
    assert rows(room.browser().get(f"{room.plan}?only=complete")) == [
        "UBND xã Số 0001 | Đã nhập đủ 3/3 | 3 | 3 | 0 | – | – | Vũ Thị Lan | "
    ]


def test_a_clerk_sees_the_own_line_of_clerks_and_the_coordinator_all(room: Room) -> None:
    room.keep("0001")
    room.keep("0002", by=room.hall.minh)
    names = "section[@aria-labelledby='h-clerks']//tbody//th"
    assert room.browser("lan").get(room.plan).all(names) == ["Vũ Thị Lan (tôi)"]
    assert room.browser("ha").get(room.plan).all(names) == ["Vũ Thị Lan", "Đỗ Văn Minh"]


@pytest.mark.parametrize("where", ["", "/differences", "/import", "/unit", "/unit/second"])
def test_pages_ask_the_same_number_of_questions_however_many_units_there_are(make_hall: MakeHall, where: str) -> None:
    counted = []
    for units in (2, 12):
        room = make_hall(units=units, second=SecondEntryMethod(10, 2))
        for unit in range(units):
            room.keep("0001", "0002", "0003", unit=unit)
        room.keep_again("0001", A1="5")
        browser = room.browser("minh")
        path = f"{room.plan}{where}".replace("/unit", f"/{room.hall.unit()}")
        browser.get(path)
        with statements(room.world.app) as said:
            assert browser.get(path).status == 200
        counted.append(len(said))
    assert counted[0] == counted[1] < 30


def test_the_second_clerk_keys_without_sight_of_the_first(make_hall: MakeHall) -> None:
    room = make_hall(second=SecondEntryMethod(10, 20), ballots=2)
    room.keep("0001", "0002", A1="1", G3="Cần thêm ghế")
    mine = room.browser("lan").get(f"{room.unit()}/second")
    assert "đều do ông/bà nhập lần một" in mine.text
    browser = room.browser("minh")
    page = browser.get(f"{room.unit()}/second")
    assert page.value("number") in ("0001", "0002")
    assert (page.elements("input[@checked]"), page.value("a-G3")) == ([], "")
    assert browser.follow(browser.post(f"{room.unit()}/second", **boxes("0001"))).banners == ["Đã lưu phiếu 0001; còn 1 phiếu."]
    assert room.browser("lan").post(f"{room.unit()}/second", **boxes("0002") | {"once": "z"}).banners == [
        "Người nhập lần hai phải khác người nhập lần một (Vũ Thị Lan); giao phiếu này cho người khác."
    ]


def test_a_third_person_settles_on_the_paper(make_hall: MakeHall) -> None:
    room = make_hall(second=SecondEntryMethod(10, 20), ballots=2)
    room.keep("0001", "0002", A1="1")
    room.keep_again("0001", A1="5")
    room.keep_again("0002", A1="1")
    listed = room.browser("ha").get(f"{room.plan}/differences")
    assert listed.with_class("line")[0].startswith("Phiếu 0001, UBND xã Số 0001Khác nhau ở 1 câu")
    address = listed.links["Phiếu 0001"]
    own = room.browser("lan").get(address)
    assert own.with_class("refusal") == [
        "Người thống nhất chênh lệch phải khác hai người đã nhập (Vũ Thị Lan, Đỗ Văn Minh); giao phiếu này cho người thứ ba."
    ]
    browser = room.browser("ha")
    page = browser.get(address)
    assert page.with_class("compare-three")[0].startswith(
        "Lần một, Vũ Thị LanRất không hài lòng Lần hai, Đỗ Văn MinhRất hài lòng"
    )
    wrong = browser.post(address)
    assert wrong.status == 422
    assert wrong.with_class("field-error") == ["Câu A1 chưa chọn câu trả lời đúng theo phiếu giấy; chọn một trong ba."]
    done = browser.post(address, **{"s-A1": "both_wrong", "v-A1": "3"})
    assert browser.follow(done).banners == ["Đã thống nhất phiếu 0001."]
    with room.world.app.app_context():
        first = db.session.scalars(select(Entry).where(Entry.turn == 1).order_by(Entry.id)).first()
        assert first is not None
        assert first.answers["A1"] == "3"
    assert browser.follow(browser.post(address, **{"s-A1": "first_right"})).banners == [
        "Phiếu 0001 không còn chênh lệch nào chờ thống nhất; tải lại trang."
    ]


# ---- files ------------------------------------------------------------------------------------------------------------


def csv_of(*numbers: str, unit: str = "UBND xã Số 0001", **differing: str) -> bytes:
    from tracker.rules.entry_rows import template_headings

    given = answers(**differing)
    lines = [";".join(template_headings(SHELF["commune@1"]))]
    for number in numbers:
        cells = [unit, number]
        for question in SHELF["commune@1"].questions:
            cells.append(given[question.code])
            cells += [""] if question.other else []
        lines.append(";".join(cells))
    return "\r\n".join(lines).encode("utf-8-sig")


def send(room: Room, content: bytes, name: str = "phieu.csv") -> Page:
    return room.browser().post(f"{room.plan}/import", file=(io.BytesIO(content), name), do="import")


def test_a_file_is_looked_through_then_taken_in_once(room: Room) -> None:
    content = csv_of("0001", "0002")
    browser = room.browser()

    def sent(name: str, do: str) -> list[str]:
        return browser.follow(browser.post(f"{room.plan}/import", file=(io.BytesIO(content), name), do=do)).banners

    assert sent("a.csv", "check") == ["Tệp có 2 dòng: 2 dòng hợp lệ, 0 dòng lỗi. Chưa ghi gì vào hệ thống."]
    assert room.entries() == 0
    assert sent("a.csv", "import") == ["Đã nhập 2 dòng của 1 đơn vị."]
    assert sent("b.csv", "import") == ["Tệp này đã nhập ngày 05/7/2021 (2 dòng); không ghi lần hai."]
    assert room.entries() == 2


def test_one_wrong_row_takes_in_nothing_and_the_faults_go_along_as_a_file(room: Room) -> None:
    page = send(room, csv_of("0001", "0001", "0777", A1="4"))
    assert page.status == 422
    assert page.all("div[@id='faults']//li") == [
        "Dòng 3: mã phiếu 0001 đã có ở dòng 2; giữ một dòng.",
        "Dòng 4: mã phiếu 0777 không thuộc dải đã phát cho UBND xã Số 0001.",
    ]
    assert room.entries() == 0
    listed = page.value("faults")
    file = room.browser().post(f"{room.plan}/import/faults.csv", faults=listed)
    assert file.response.mimetype == "text/csv"
    assert "3;Mã phiếu;Dòng 3: mã phiếu 0001 đã có ở dòng 2; giữ một dòng." in file.source.replace('"', "")
    guarded = room.browser().post(f"{room.plan}/import/faults.csv", faults='[[2, "=1+1", "=HYPERLINK()"]]')
    assert "2;'=1+1;'=HYPERLINK()" in guarded.source
    assert room.browser().post(f"{room.plan}/import/faults.csv", faults="x").status == 404


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_comes_back_filled_in(room: Room, form: str) -> None:
    address = f"{room.plan}/template/commune@1.{form}"
    got = room.browser().client.get(address)
    assert got.status_code == 200
    assert f"nhap-phieu-commune-1.{form}" in got.headers["Content-Disposition"]
    assert room.browser().get(f"{room.plan}/template/online-nine@1.{form}").status == 404
    content = got.data if form == "xlsx" else got.data.rstrip() + b"\r\n"
    assert send(room, content, f"a.{form}").banners == ["Tệp chỉ có dòng tiêu đề; thêm dữ liệu rồi nhập lại."]


def test_no_file_says_so(room: Room) -> None:
    assert room.browser().post(f"{room.plan}/import", do="import").banners == ["Chưa chọn tệp; chọn tệp .xlsx hoặc .csv."]


# ---- questionnaires ---------------------------------------------------------------------------------------------------


def test_questionnaires_are_listed_shown_and_printed(room: Room) -> None:
    browser = room.browser("ha")
    listed = browser.get("/questionnaires")
    assert "chưa đối chiếu văn bản" in listed.text
    assert browser.get("/questionnaires/commune@1").h1 == "Phiếu khảo sát mức độ hài lòng đối với sự phục vụ của UBND xã, phường"
    blank = browser.get("/questionnaires/commune@1/blank")
    assert "Phiếu không ghi họ tên, số điện thoại, số định danh của người trả lời." in blank.text
    assert browser.get("/questionnaires/none@1").status == 404


def test_a_new_version_is_taken_in_from_the_files_own_text(room: Room) -> None:
    browser = room.browser("ha")
    source = browser.get("/questionnaires/commune@1/file").source
    same = browser.post("/questionnaires/new", text=source)
    assert same.banners == ["Mẫu phiếu commune@1 đã có; mẫu đang dùng không sửa được, tăng phiên bản lên 2 rồi tải lại."]
    newer = source.replace("version = 1", "version = 2")
    broken = browser.post("/questionnaires/new", text=newer.replace('code = "A1"', 'code = "A2"'))
    assert broken.status == 422
    assert "Câu A2 ghi hai lần; mỗi câu một mã." in broken.text
    done = browser.post("/questionnaires/new", text=newer, basis="Quyết định 12/QĐ-UBND")
    shown = browser.follow(done)
    assert shown.banners == ["Đã thêm mẫu phiếu commune@2."]
    assert "Quyết định 12/QĐ-UBND" in shown.text
    assert room.browser("lan").get("/questionnaires/new").status == 403


def test_a_running_plan_keeps_its_version(room: Room) -> None:
    browser = room.browser("ha")
    source = browser.get("/questionnaires/commune@1/file").source
    browser.post("/questionnaires/new", text=source.replace("version = 1", "version = 2"))
    assert browser.get(room.unit()).value("questionnaire") == "commune@1"
    changed = browser.post(room.unit(), **boxes() | {"questionnaire": "commune@2"})
    assert changed.banners == ["Mẫu phiếu đã đổi ngày 05/7/2021; tải lại trang để nhập theo mẫu mới."]


def test_more_than_one_room_does_not_share_a_key(room: Room) -> None:
    first = replace(typed(), once="same")
    with room.world.app.app_context(), transaction() as session:
        data_entry.keep_entry(session, room.hall.plan_id, room.hall.unit(), first, by=room.hall.lan, now=NOW, shelf=SHELF)
    page = room.browser().post(room.unit(1), **boxes() | {"once": "same"})
    assert page.status == 409
    assert room.entries() == 1
