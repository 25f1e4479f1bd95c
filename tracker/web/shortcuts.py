"""Phím tắt: what keys.js does, as a page for whoever has no JavaScript; the overlay shows this page's table."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker.web import guards

bp = Blueprint("shortcuts", __name__)

#: After "g": where to.
GO = {
    "dashboard.today": "h",
    "portfolio.show": "o",
    "plans.list_plans": "k",
    "units.list_units": "d",
    "outbox.list_letters": "t",
    "days.show_year": "l",
    "journal.list_lines": "n",
    "admin.overview": "q",
    "guide.contents": "x",
    "search.find": "s",
}
LABELS = {
    "dashboard.today": "Hôm nay",
    "portfolio.show": "Tổng hợp",
    "plans.list_plans": "Kế hoạch",
    "units.list_units": "Đơn vị",
    "outbox.list_letters": "Thư gửi đi",
    "days.show_year": "Lịch làm việc",
    "journal.list_lines": "Nhật ký xử lý",
    "admin.overview": "Quản trị",
    "guide.contents": "Hướng dẫn sử dụng",
    "search.find": "Tìm trong cơ quan",
}
#: On any page.
HERE = (
    (("?",), "bảng phím tắt"),
    (("/",), "vào ô tìm của trang; trang không có thì tìm trong cả cơ quan"),
    (("[",), "trang trước của danh sách"),
    (("]",), "trang sau của danh sách"),
    (("p",), "in trang này"),
    (("Esc",), "đóng bảng này"),
)
#: In the table of units and stages (matrix.js).
IN_TABLE = (
    (("↑ ↓ ← →",), "sang ô bên cạnh"),
    (("Home",), "về đầu hàng"),
    (("End",), "đến cuối hàng"),
    (("Dấu cách",), "chọn hoặc bỏ chọn đơn vị của hàng"),
    (("Shift + ↑ ↓",), "chọn liền nhiều đơn vị"),
    (("Enter",), "mở việc của ô"),
    (("Tab",), "ra khỏi bảng, tới nút Đôn đốc ngay"),
)


@bp.get("/phim-tat")
@guards.public
def show() -> ResponseReturnValue:
    places = [(("g", key), LABELS[endpoint]) for endpoint, key in GO.items()]
    return render_template("shortcuts.html", here=HERE, places=places, in_table=IN_TABLE)
