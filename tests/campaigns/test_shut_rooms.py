"""No step is taken early: every POST of every room, at its own step and while the gate of its room is shut, as everyone.

The routes are drawn from the map of addresses: a new one of these rooms must say here what it does, or why no gate holds it
(held by web/test_rooms.py).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from tests.campaigns.driver import paper
from tests.campaigns.life import BALLOTS, BEHIND, FIRST, Life, minutes
from tests.web.pages import Page, squeezed
from tracker.db import db
from tracker.models import (
    Ballot,
    BallotBox,
    BoxOpening,
    Entry,
    EntryDifference,
    Publication,
    RecheckDraw,
    RecheckItem,
    SecondEntryItem,
    Stage,
    Task,
)
from tracker.rules.entry_rows import template_headings
from tracker.services.questionnaires import key_of

pytestmark = pytest.mark.slow
ROOMS = ("fieldwork", "field_link", "boxes", "box_link", "recheck", "entry", "publications", "results", "online")
#: What no gate holds, or is tried elsewhere, and why.
FREE = {
    "boxes.add": "a box is put up and sealed before the first ballot",
    "box_link.add": "the same, by the unit",
    "boxes.change": "a place or seal written wrongly is set right at any time",
    "box_link.change": "the same, by the unit",
    "boxes.remove": "a box that nobody opens is taken away at any time",
    "boxes.decide": "the head's word about a broken seal is kept whenever it comes",
    "box_link.decide": "the same, by the unit",
    "recheck.compare": "says what differs from the paper; keeps nothing",
    "entry.faults_file": "gives back the faults of a file; keeps nothing",
    "results.keep_earlier": "last year's figures are no step of this plan",
    "results.take_earlier": "the same, of a result published here",
    "online.preview": "shows what a file would write; keeps nothing",
    "online.take_in": "needs what was shown on the page before; tests/web/test_online_count_pages.py shuts its gate",
}
#: Everyone who may try: users by their role, and a stranger.
EVERYONE = ("ha", "admin", "dung", "sat", "lan", "minh", "an", "phuctra", None)

#: Room, or one act of it -> the page on which its greyed button says the same.
PAGES = {
    "fieldwork": "fieldwork.show_unit",
    "field_link": "field_link.show",
    "recheck": "recheck.show_unit",
    "recheck.settle": "recheck.show_item",
    "recheck.note_try": "recheck.show_item",
    "recheck.keep_facts": "recheck.show_item",
    "recheck.open_again": "fieldwork.show_unit",
    "entry": "entry.key",
    "publications": "publications.room",
    "publications.publish": "publications.ask_publish",
    "tasks": "tasks.show_task",
}

Fields = Callable[[Life], Mapping[str, Any]]


@dataclass(frozen=True)
class Attempt:
    """A POST that is right at its step."""

    step: str
    by: str | None  #: who does it; None: the holder of the unit's link
    fields: Fields
    where: Callable[[Life], Mapping[str, Any]] = lambda life: {}
    behind: int | None = None  #: the stage whose gate it stands behind, where it is not the step's


def plain(**fields: Any) -> Fields:
    return lambda life: fields


def unit(place: int) -> Callable[[Life], Mapping[str, Any]]:
    return lambda life: {"unit_id": life.units[place]}


def item(settled: bool) -> Callable[[Life], Mapping[str, Any]]:
    """A ballot of the second unit's draw."""

    def found(life: Life) -> Mapping[str, Any]:
        is_open = RecheckItem.outcome.is_not(None) if settled else RecheckItem.outcome.is_(None)
        query = select(RecheckItem.id).join(RecheckDraw).where(RecheckDraw.unit_id == life.units[1], is_open)
        return {"item_id": life.first(query)}

    return found


def ballot(number: str = "", *, again: bool = False) -> Fields:
    def found(life: Life) -> Mapping[str, Any]:
        no = number or number_to_key_again(life)
        form = life.made.form_of(life.units[0])
        given = {f"a-{code}": value for code, value in paper(form, life.units[0], int(no)).items()}
        return {**given, "number": no, "questionnaire": key_of(form), "once": f"try-{no}-{again}"}

    return found


def number_to_key_again(life: Life) -> str:
    with life.app.app_context():
        keyed = select(Entry.ballot_id).where(Entry.turn == 2)
        query = select(Ballot.number).join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        return str(db.session.scalars(query.where(Ballot.id.not_in(keyed)).order_by(Ballot.id)).first())


def file_of_the_second_unit(life: Life) -> Mapping[str, Any]:
    own = life.units[1]
    form = life.made.form_of(own)
    lines = [template_headings(form)]
    for number in range(1, BALLOTS + 1):
        answers, cells = paper(form, own, number), [life.made.names[own], f"{number:04d}"]
        for question in form.questions:
            cells += [answers[question.code], *([""] if question.other else [])]
        lines.append(cells)
    content = "\r\n".join(";".join(cells) for cells in lines).encode("utf-8-sig")
    return {"file": (io.BytesIO(content), "phieu.csv"), "do": "import"}


def box(life: Life) -> Mapping[str, Any]:
    return {"box_id": life.first(select(BallotBox.id)), "opening_id": life.first(select(BoxOpening.id))}


def version(life: Life) -> Mapping[str, Any]:
    return {"publication_id": life.first(select(Publication.id))}


def task_of(position: int) -> Callable[[Life], Mapping[str, Any]]:
    def found(life: Life) -> Mapping[str, Any]:
        query = select(Task.id).join(Stage).where(Stage.position == position).order_by(Task.id)
        return {"task_id": life.first(query), "name": "complete"}

    return found


LINE = plain(day="06/7/2021", handed_out="3", collected="3", valid="3", once="try")
NUMBERS = plain(ranges=f"0001–{FIRST:04d}")
OPENING = lambda life: minutes("second", "NP-02", "NP-03", ballots=BALLOTS - FIRST, hour=10)  # noqa: E731
CORRECTION = plain(ballots="8", valid="8", reason="Đếm lại")
ROUND = plain(due_on="30/7/2021", reason="Sai lệch vượt ngưỡng", ballots="4")
APPROVAL = plain(
    document_kind="Thông báo", number="49/TB-UBND", issued_on="01/11/2021", issuer="UBND thành phố", signatory="Ngô Hữu Hiền"
)
ATTEMPTS: dict[str, Attempt] = {
    "fieldwork.add_line": Attempt("field", "ha", LINE, unit(0)),
    "fieldwork.register": Attempt("field", "ha", NUMBERS, unit(0)),
    "fieldwork.open_round": Attempt("field", "ha", ROUND, unit(0)),
    "field_link.add_line": Attempt("field", None, LINE),
    "field_link.register": Attempt("field", None, NUMBERS),
    "boxes.record": Attempt("field", "ha", OPENING, box),
    "boxes.correct": Attempt("field", "ha", CORRECTION, box),
    "box_link.record": Attempt("field", None, OPENING, box),
    "box_link.correct": Attempt("field", None, CORRECTION, box),
    "recheck.draw": Attempt("recheck", "phuctra", plain(), unit(0)),
    "recheck.second": Attempt("recheck", "phuctra", plain(), unit(2)),
    "recheck.sign": Attempt("recheck", "ha", plain(decision="pass"), unit(3)),
    "recheck.open_again": Attempt("recheck", "ha", ROUND, lambda life: {"unit_id": life.units[4], "kind": "resurvey"}, behind=2),
    "recheck.settle": Attempt("recheck", "phuctra", plain(outcome="match"), item(settled=False)),
    "recheck.note_try": Attempt("recheck", "phuctra", plain(day="07/7/2021"), item(settled=False)),
    "recheck.keep_facts": Attempt("recheck", "phuctra", plain(**{"again-F1": "self"}), item(settled=False)),
    "recheck.undo": Attempt("recheck", "phuctra", plain(), item(settled=True)),
    "entry.keep": Attempt("entry", "lan", ballot("0011"), unit(0)),
    "entry.keep_again": Attempt("entry", "minh", ballot(again=True), unit(0)),
    "entry.discard": Attempt("entry", "lan", plain(number="0012", reason="unreadable"), unit(0)),
    "entry.take_back": Attempt("entry", "lan", plain(), lambda life: {"entry_id": life.first(last_entry())}),
    "entry.settle": Attempt(
        "entry", "an", plain(**{"s-B1": "first_right"}), lambda life: {"ballot_id": life.first(select(EntryDifference.ballot_id))}
    ),
    "entry.take_in": Attempt("entry", "lan", file_of_the_second_unit),
    "publications.draft": Attempt("draft", "ha", plain()),
    "publications.approve": Attempt("approval", "dung", APPROVAL, version),
    "publications.publish": Attempt("publication", "ha", plain(), version),
}
#: The report "hoàn thành" is a way into the next room: of each stage, by the office and by the link.
REPORTS = {
    "contact.complete": Attempt("field", None, plain(), task_of(2)),
    "tasks.act of recheck": Attempt("recheck", "ha", plain(), task_of(3)),
    "tasks.act of entry": Attempt("entry", "ha", plain(), task_of(4)),
    "tasks.act of analysis": Attempt("draft", "ha", plain(), task_of(5)),
    "tasks.act of publication": Attempt("publication", "ha", plain(), task_of(6)),
}


def last_entry() -> Any:
    return select(Entry.id).where(Entry.turn == 1).order_by(Entry.id.desc())


def send(life: Life, endpoint: str, attempt: Attempt, by: str | None) -> Page:
    name = endpoint.partition(" ")[0]
    values = {"plan_id": life.plan_id, "token": life.token(), **attempt.where(life)}
    where = address(life, name, "POST", values)
    return life.browser(by).post(where, **attempt.fields(life))


def address(life: Life, endpoint: str, method: str, values: Mapping[str, Any]) -> str:
    rule = next(r for r in life.app.url_map.iter_rules(endpoint) if method in (r.methods or ()))
    built = rule.build({key: value for key, value in values.items() if key in rule.arguments})
    assert built is not None
    return built[1]


def unit_of(life: Life, attempt: Attempt) -> int:
    """The unit that an attempt is about: said by its address, or by its ballot or task."""
    values = attempt.where(life)
    if "unit_id" in values:
        return int(values["unit_id"])
    if "item_id" in values:
        return life.units[1]
    return life.units[0]


@pytest.mark.parametrize("endpoint", [*ATTEMPTS, "tasks.act of analysis", "tasks.act of publication"])
def test_at_its_step_it_is_taken(life: Life, endpoint: str) -> None:
    """So that what is refused below is refused by the gate, and by nothing that was typed."""
    attempt = (ATTEMPTS | REPORTS)[endpoint]
    life.at(attempt.step)
    before = life.everything()
    page = send(life, endpoint, attempt, attempt.by)
    assert page.status == (200 if endpoint == "entry.take_back" else 302), page.text
    assert life.everything() != before


@pytest.mark.parametrize("endpoint", [*ATTEMPTS, *REPORTS])
def test_while_the_gate_is_shut_nobody_takes_it_and_whoever_may_reads_the_gates_sentence(life: Life, endpoint: str) -> None:
    attempt = (ATTEMPTS | REPORTS)[endpoint]
    behind = attempt.behind or BEHIND[attempt.step]
    life.at(attempt.step, shut=behind)
    gate = squeezed(life.gate(behind, unit_of(life, attempt)))
    before, said = life.everything(), {}
    for by in EVERYONE:
        page = send(life, endpoint, attempt, by)
        assert life.everything() == before, by
        said[by] = gate in page.text
        assert page.status in (401, 403, 404, 409, 422), (by, page.status, page.text)
        assert said[by] or page.status in (401, 403, 404), (by, page.text)
    assert said[attempt.by], said
    if room := PAGES.get(endpoint) or PAGES.get(endpoint.partition(".")[0]):
        values = {"plan_id": life.plan_id, "token": life.token(), "unit_id": unit_of(life, attempt), **attempt.where(life)}
        greyed = life.browser(attempt.by).get(address(life, room, "GET", values))
        assert gate in squeezed(greyed.text), greyed.text
