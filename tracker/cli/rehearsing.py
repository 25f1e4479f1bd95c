"""`rehearse`: a plan file run through in virtual time, in a throw-away database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from tracker.cli.output import DAY, one_line_errors, print_json


@click.command("rehearse")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--units",
    "units_csv",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Danh sách đơn vị (CSV).",
)
@click.option("--from", "start", required=True, type=DAY, help="Ngày đầu.")
@click.option("--to", "end", required=True, type=DAY, help="Ngày cuối.")
@click.option("--events", "events_csv", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sự kiện (CSV).")
@click.option("--ballots", is_flag=True, help="Diễn tập cả phiếu: thu, phúc tra, nhập, phê duyệt, công bố.")
@click.option("--json", "as_json", is_flag=True, help="Mỗi dòng một đối tượng JSON.")
def rehearse(file: Path, units_csv: Path, start: date, end: date, events_csv: Path | None, ballots: bool, as_json: bool) -> None:
    """Diễn tập một kế hoạch trong thời gian giả định; không gửi thư thật, không đổi số liệu thật."""
    from tracker import documents
    from tracker.rules.drafts import parse
    from tracker.rules.events import read_events
    from tracker.services.organisation import read_units_csv
    from tracker.virtual import virtual_plan

    with one_line_errors():
        if end < start:
            raise click.BadParameter(f"ngày cuối {end} trước ngày đầu {start}.", param_hint="--to")
        if end - start > timedelta(days=3 * 366):
            raise click.BadParameter("diễn tập tối đa ba năm.", param_hint="--to")
        parsed = parse(documents.read(file.read_bytes(), file.name))
        rows = read_units_csv(units_csv.read_bytes())
        events = read_events(events_csv.read_bytes()) if events_csv else []
        for line in virtual_plan(parsed, rows, start=start, end=end, events=events, ballots=ballots):
            if as_json:
                print_json(line)
            else:
                click.echo("  ".join(_words(line)))


_DID = {
    "collected": "thu {n} phiếu",
    "drawn": "chọn {n} phiếu phúc tra",
    "failed": "điều tra lại {n} phiếu",
    "keyed": "nhập {n} phiếu",
    "approved": "phê duyệt kết quả",
    "published": "công bố kết quả",
}


def _words(line: dict[str, Any]) -> Iterator[str]:
    """A line of the rehearsal for a person at a terminal."""
    yield line["day"]
    where = f"giai đoạn {line.get('stage')}" + (f", {line['unit']}" if line.get("unit") else "")
    if line["what"] == "mail":
        yield f"thư    {line['to']}: {line['subject']}"
    elif line["what"] == "gate":
        yield f"{'mở ' if line['open'] else 'khóa'}    {where}"
    elif line["what"] == "task":
        yield f"việc   {where}: {line['status']}, {line['standing']}"
    elif line["what"] == "ballots":
        yield f"phiếu  {where}: {_DID[line['did']].format(n=line['count'])}"
    else:
        yield f"lưu ý  {where}: {line['sentence']}" if line.get("stage") else f"lưu ý  {line['sentence']}"


COMMANDS = (rehearse,)
