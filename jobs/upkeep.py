"""Keeping the house: letters whose sender died, letters held too long, runs nobody asks about any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app

from tracker import backup
from tracker.backup.rotation import file_name
from tracker.db import transaction
from tracker.files import Store
from tracker.holidays_source import fill_calendar
from tracker.rules.access import SYSTEM
from tracker.services import files, journal, journal_marks, organisation, outbox, timekeeping


def sweep_letters(_today: date, now: datetime) -> str | None:
    """Letters claimed by a process that died wait again, under the Message-ID they had."""
    with transaction() as session:
        swept = outbox.sweep_stuck(session, now=now)
    return f"{len(swept)} thư đang gửi dở được xếp lại hàng chờ" if swept else None


def fill_coming_years(today: date, _now: datetime) -> str:
    """A server that runs over New Year still knows the days off that plans reach into."""
    with transaction() as session:
        days = fill_calendar(session, today)
    return f"điền {days} ngày nghỉ của năm mới" if days else "lịch các năm tới đã có"


def write_backup(today: date, now: datetime) -> str:
    """The night's backup, and away with those that need not stay."""
    folder = Path(current_app.config["BACKUP_DIR"])
    manifest = backup.write(current_app, folder / file_name(today), now=now)
    gone = backup.rotate(folder)
    missing = f"; thiếu {len(manifest.missing_files)} tệp đính kèm" if manifest.missing_files else ""
    return f"sao lưu {sum(manifest.tables.values())} dòng, bỏ {len(gone)} bản cũ{missing}"


def mark_journal(today: date, now: datetime) -> str:
    """The end of the journal's chain goes to those who keep it."""
    with transaction() as session:
        made = journal_marks.queue_marks(session, today, now=now)
    return f"{made} thư mốc nhật ký"


def remove_stray_files(_today: date, now: datetime) -> str | None:
    """Files that a failed click left without a row; a day old, so that nobody is about to write the row."""
    store = Store(current_app.config["FILES_URL"])
    names = list(store.names(before=now - timedelta(days=1)))
    with transaction() as session:
        known = files.known_names(session, names)
    stray = [name for name in names if name not in known]
    for name in stray:
        store.remove(name)
    return f"xóa {len(stray)} tệp không thuộc việc nào" if stray else None


def clear_old(today: date, now: datetime) -> str:
    """Held letters that nobody released are void by now, which the journal says; old runs are forgotten."""
    with transaction() as session:
        expired = outbox.expire_held(session, today)
        if expired:
            lines = [journal.Line("hủy", f"{count} thư giữ lại quá hạn duyệt", plan_id=plan) for plan, count in expired.items()]
            journal.record_many(session, lines, by=SYSTEM, now=now)
        forgotten = timekeeping.forget_old_runs(session, today)
    erased = _forget_personal_data(today, now)
    return f"hủy {sum(expired.values())} thư giữ lại quá lâu, xóa {forgotten} dòng nhật ký hẹn giờ cũ{erased}"


def _forget_personal_data(today: date, now: datetime) -> str:
    """What is kept for a time only (KEEP_LETTERS_DAYS, KEEP_CONTACTS_DAYS; 0 keeps for ever)."""
    letters, contacts = current_app.config["KEEP_LETTERS_DAYS"], current_app.config["KEEP_CONTACTS_DAYS"]
    with transaction() as session:
        words = organisation.forget_letters(session, sent_before=today - timedelta(days=letters)) if letters else 0
        people = 0
        if contacts:
            people = organisation.erase_old_contacts(session, ended_before=today - timedelta(days=contacts), now=now)
    parts = [f"nội dung {words} thư cũ" if words else "", f"dữ liệu {people} đầu mối cũ" if people else ""]
    return "".join(f", xóa {part}" for part in parts if part)
