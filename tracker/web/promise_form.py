"""The one box of "hẹn ngày xong", on pages of a link and on the page of a task."""

from __future__ import annotations

from tracker.web.forms import DayField, Form


class PromiseForm(Form):
    promised_on = DayField(
        "Ngày sẽ xong",
        description="Ngày làm việc, từ hôm nay; ghi theo ngày/tháng/năm",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    status = 422  #: of the answer where it was refused
