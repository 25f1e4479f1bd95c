"""`read-plan` and `read-times`: reading without a database.

The reader is imported inside the commands: the web process starts without it.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.cli.output import DAY, one_line_errors, print_json
from tracker.rules.parsed import ParsedPlan, ParsedStage
from tracker.wording import date_short, date_weekday, sentence


@click.command("read-plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@click.option("--year", type=int, help="Năm của kế hoạch, khi văn bản không ghi.")
@click.option("--issued-on", type=DAY, help="Ngày ban hành, khi văn bản không ghi.")
def read_plan(file: Path, as_json: bool, year: int | None, issued_on: date | None) -> None:
    """Bóc tách một kế hoạch đã ký; không ghi gì vào cơ sở dữ liệu."""
    from tracker import documents
    from tracker.rules.drafts import parse
    from tracker.rules.drafts.as_json import to_expected_json

    with one_line_errors():
        parsed = parse(documents.read(file.read_bytes(), file.name), year=year, issued_on=issued_on)
    if as_json:
        click.echo(json.dumps(to_expected_json(parsed), ensure_ascii=False, indent=1))
        return
    for line in describe(parsed):
        click.echo(line)


@click.command("read-times")
@click.option("--json", "as_json", is_flag=True, help="Mỗi dòng một đối tượng JSON (mặc định).")
def read_times(as_json: bool) -> None:
    """Đọc thời gian từ đầu vào chuẩn: mỗi dòng `câu<TAB>năm<TAB>ngày ban hành`."""
    from tracker.rules.times import times_line

    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        print_json(times_line(line))


def describe(parsed: ParsedPlan) -> list[str]:
    """The reading in words, for a person at a terminal."""
    facts = parsed.facts
    lines = [
        facts.title or "(không thấy tên kế hoạch)",
        f"Số: {facts.number or '–'} · Ngày: {_day(facts.issued_on)} · Nơi: {facts.place or '–'}",
        f"Đơn vị: {facts.units or '–'} · Phiếu: {facts.ballots or '–'} · Phúc tra: {_percent(facts.recheck_percent)}",
    ]
    for stage in parsed.timeline.stages or parsed.timeline.duties:
        lines += _stage(stage)
    if not (parsed.timeline.stages or parsed.timeline.duties):
        lines.append(sentence("document_no_plan"))
    if parsed.doubts:
        lines.append(f"Điểm cần xem lại ({len(parsed.doubts)}):")
        lines += [f"- {doubt.sentence}" for doubt in parsed.doubts]
    return lines


def _stage(stage: ParsedStage) -> list[str]:
    time = stage.time
    due = f"hạn {date_weekday(time.due_on)}" if time.due_on else "không có hạn"
    start = f"từ {date_weekday(time.start_on)}, " if time.start_on else ""
    owners: list[Any] = [*stage.lead, *(f"phối hợp {name}" for name in stage.coordinating)]
    return [
        f"{stage.no or stage.position}. {stage.content.splitlines()[0]}",
        f"   {'; '.join(owners) or '–'} · “{time.wording}” · {start}{due}",
    ]


def _day(value: date | None) -> str:
    return date_short(value) if value else "–"


def _percent(value: int | None) -> str:
    return f"{value}%" if value is not None else "–"


COMMANDS = (read_plan, read_times)
