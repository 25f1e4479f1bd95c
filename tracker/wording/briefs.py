"""The lines of a phiếu giao việc (wording/documents 2): the page and the Word file print the same ones."""

from __future__ import annotations

from datetime import date

from tracker.wording.dates import date_short, date_weekday

TITLE = "Phiếu giao việc"
NOTE = "Không ghi họ tên, số điện thoại, số định danh của người dân vào hệ thống."
SCAN = "Quét để xem và báo hoàn thành"


def basis(number: str, issued_on: date | None, issuer: str, no: str = "") -> str:
    """Kế hoạch số 54/KH-UBND ngày 18/6/2021 của UBND thành phố Cam Ranh, nội dung số 5"""
    said = "Kế hoạch" + (f" số {number}" if number and not number.startswith("/") else "")
    said += f" ngày {date_short(issued_on)}" if issued_on else ""
    said += f" của {issuer}" if issuer else ""
    return said + (f", nội dung số {no}" if no else "")


def span(start_on: date | None, due_on: date | None, aim_on: date | None) -> str:
    """Từ 02/7/2021 đến hết Thứ Tư, 15/9/2021; ngày làm việc cuối trong hạn: …"""
    if due_on is None:
        return "Không có hạn"
    said = f"Từ {date_short(start_on)} đến hết {date_weekday(due_on)}" if start_on else f"Đến hết {date_weekday(due_on)}"
    return said + (f"; ngày làm việc cuối trong hạn: {date_weekday(aim_on)}" if aim_on and aim_on != due_on else "")


def to_paste(unit: str, task: str, due_on: date | None, distance: str, address: str) -> str:
    """What is pasted into a chat: carries the unit's link, so only to the contact."""
    due = f", hạn {date_weekday(due_on)} ({distance})" if due_on else ", không có hạn"
    return f"{unit}: {task[:1].lower()}{task[1:]}{due}. Xem và báo hoàn thành: {address}".replace("\u00a0", " ")
