"""What the page of a task shows of questions for more time: the one that waits with its effects, and the earlier ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import Length

from tracker.models import Extension, Task
from tracker.queries import plans
from tracker.rules.effects import Effect
from tracker.rules.states import ExtensionStatus
from tracker.services import catalogue, extensions
from tracker.web.forms import DayField, Form


class DecisionForm(Form):
    new_due_on = DayField("Hạn mới, đến hết ngày", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    note = StringField(
        "Ý kiến gửi đơn vị", [Length(max=1000)], description="bắt buộc khi không chấp thuận", render_kw={"autocomplete": "off"}
    )
    decision_document = StringField(
        "Văn bản chấp thuận (số, ngày, người ký)",
        [Length(max=300)],
        description="không bắt buộc",
        render_kw={"autocomplete": "off"},
    )


@dataclass(frozen=True)
class Panel:
    """All questions about one task."""

    waiting: Extension | None
    earlier: tuple[tuple[int, Extension], ...]  #: (its number, the question), the newest first
    effects: tuple[Effect, ...]  #: of the date asked for
    workdays_more: int  #: from the due date that holds to the one asked for
    form: DecisionForm | None


def panel(session: Session, task_id: int, *, form: DecisionForm | None = None) -> Panel:
    """One query when nothing waits; `form` brings back what was typed."""
    history = extensions.history_of(session, task_id)
    total = len(history)
    waiting = next((e for e in history if e.status is ExtensionStatus.PENDING), None)
    earlier = tuple((total - i, e) for i, e in enumerate(history) if e is not waiting)
    if waiting is None:
        return Panel(None, earlier, (), 0, None)
    task = session.get_one(Task, task_id)
    if form is None:
        form = DecisionForm(formdata=None, new_due_on=waiting.new_due_on)
    units = [task.unit_id] if task.unit_id is not None else []
    calendar = catalogue.calendars_of_units(session, units, plans.days(session).calendar).of(task.unit_id)
    more = calendar.between(waiting.old_due_on, waiting.new_due_on)
    return Panel(waiting, earlier, tuple(extensions.effects(session, task, waiting.new_due_on)), more, form)
