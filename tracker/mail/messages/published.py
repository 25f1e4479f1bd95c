"""Letter 21: a result was published. To units (with their own figure), the leader and the observers."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.mail.messages.context import Context, Letter, Reader, subject
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.rules.results import Block, UnitRow
from tracker.wording import count, date_short, list_names
from tracker.wording.figures import change_words, rank_words, share_words
from tracker.wording.numbers import NBSP


def published(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 21."""
    row = c.rows.published[int(message.facts["publication_id"])]
    frozen, line, result = row.frozen, row.frozen.line, row.frozen.result
    plan = c.rows.plans[frozen.plan_id]
    names = [row.names[unit_id] for unit_id in message.facts["unit_ids"] if unit_id in row.names]
    year = f" năm {result.plan.year}" if result.plan.year else ""
    title = f"{'Đã đính chính' if frozen.replaces else 'Đã công bố'} kết quả khảo sát{year}"
    document = f"{line.document_kind} số {line.number}"
    document += f" ngày {date_short(line.issued_on)}" if line.issued_on else ""
    before = frozen.replaces
    return Letter(
        template="published",
        subject=subject(plan, title),
        heading=title,
        address=(to_contact(reader, list_names(names)),),
        values={
            "year": year,
            "published_on": date_short(frozen.published_on) if frozen.published_on else "",
            "document": f"{document} của {line.issuer}",
            "whole": share_words(result.whole.value),
            "ballots": count(result.ballots, "phiếu hợp lệ"),
            "units": [said for name in names for said in _own(result.blocks, name)],
            "public_url": c.links.published(line.slug),
            "previous_on": date_short(before.published_on) if before and before.published_on else "",
            "reason": line.reason.rstrip("."),
        },
        preheader=f"Tỷ lệ hài lòng chung: {share_words(result.whole.value)}.",
    )


def _own(blocks: Iterable[Block], name: str) -> list[str]:
    """What the result says of one unit."""
    return [_of_unit(block, unit) for block in blocks for unit in block.units if unit.name == name]


def _of_unit(block: Block, unit: UnitRow) -> str:
    if unit.index.value is None:
        return f"{unit.name}: chưa đủ số phiếu để nêu số liệu ({count(unit.valid, 'phiếu hợp lệ')})."
    said = f"{unit.name}: {share_words(unit.index.value)}"
    if unit.rank is not None:
        where = f"{NBSP}khối {block.name}" if block.name else ""
        said += f", {rank_words(unit.rank, block.ranked, tied=unit.tied)}{where}"
    if unit.change is not None:
        said += f", {change_words(unit.change)} so với kỳ trước"
    return f"{said}."
