"""Which nightly backups stay: the last seven, and of the weeks before them the first of each for a month."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

_NAME = re.compile(r"^backup-(\d{4}-\d{2}-\d{2})\.zip$")
DAYS_KEPT = 7
WEEKS_KEPT = 5


def file_name(day: date) -> str:
    return f"backup-{day.isoformat()}.zip"


def to_remove(days: list[date]) -> list[date]:
    """Of these days' backups those that need not stay; the newest always stays."""
    newest_first = sorted(set(days), reverse=True)
    keep = set(newest_first[:DAYS_KEPT])
    weeks: dict[tuple[int, int], date] = {}
    for day in newest_first:
        iso = day.isocalendar()
        weeks[iso.year, iso.week] = day  # the first day of the week that has one
    keep |= {weeks[week] for week in sorted(weeks, reverse=True)[:WEEKS_KEPT]}
    return sorted(set(days) - keep)


def rotate(folder: Path) -> list[str]:
    """Remove old nightly backups of a folder; other files are left alone. The names that went."""
    found = {date.fromisoformat(match[1]): path for path in folder.iterdir() if (match := _NAME.match(path.name))}
    gone = []
    for day in to_remove(list(found)):
        found[day].unlink()
        gone.append(found[day].name)
    return gone


def kept(folder: Path) -> list[tuple[Path, int, float]]:
    """(file, bytes, time of its writing) of the nightly backups of a folder, the newest first; empty where there is none."""
    if not folder.is_dir():
        return []
    files = sorted((path for path in folder.iterdir() if _NAME.match(path.name)), reverse=True)
    return [(path, path.stat().st_size, path.stat().st_mtime) for path in files]
