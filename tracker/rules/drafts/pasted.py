"""Tables typed or pasted as lines: which form each has, and where it begins and ends.

What the lines keep of a table's borders differs; typed_rows.py and cell_lines.py turn each form into pieces and gaps, and
streams.py lays them into rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.rules.document import Line
from tracker.rules.drafts.cell_lines import cell_lines_at
from tracker.rules.drafts.collapsed import collapsed_at
from tracker.rules.drafts.labels import find_labels
from tracker.rules.drafts.raw_lines import Raw, counts_pages
from tracker.rules.drafts.tables import Grid
from tracker.rules.drafts.typed_rows import typed_rows_at

#: Tables drawn with box characters are read as those drawn with bars and dashes.
_BOXES = str.maketrans("│┃║¦｜─━═┼├┤┬┴┌┐└┘╔╗╚╝╠╣╦╩╬", "|||||---" + "+" * 18)


def grids_in(lines: Sequence[Line]) -> list[Grid]:
    """Every table typed in a run of lines, in reading order."""
    typed = [(line.place, part.translate(_BOXES)) for line in lines for part in line.text.split("\n")]
    paged = counts_pages([text for _, text in typed])
    raws = [Raw(block, text, paged=paged) for block, text in typed]
    bare = [replace(raw, framed=False) if raw.has_bars else raw for raw in raws]
    grids: list[Grid] = []
    barren: dict[str, int] = {}
    at = 0
    while at < len(raws):
        # A table whose first line begins without a bar has no frame.
        unframed = raws[at].has_bars and not raws[at].text.lstrip().startswith("|")
        found = _table_at(bare if unframed else raws, at, barren)
        if found is None:
            at += 1
            continue
        grid, after = found
        grids.append(grid)
        at = max(after, at + 1)
    return grids


def _table_at(raws: Sequence[Raw], at: int, barren: dict[str, int]) -> tuple[Grid, int] | None:
    raw = raws[at]
    if raw.blank or raw.is_rule or raw.is_page_mark:
        return None
    found = None
    if raw.has_bars and sum(1 for cell in raw.cells("bars") if _is_labelled(cell)) >= 2:
        return None  # "Chủ trì: A | Thời gian: B" is text
    if raw.is_row("bars"):
        found = typed_rows_at(raws, at, "bars", barren)
    elif raw.has_tabs:
        found = typed_rows_at(raws, at, "tabs", barren)
    elif raw.has_wide_gaps and not raw.has_bars:
        found = typed_rows_at(raws, at, "spaces", barren)
    return found or collapsed_at(raws, at) or cell_lines_at(raws, at)


def _is_labelled(cell: str) -> bool:
    labels = find_labels(cell)
    return bool(labels) and not cell[: labels[0].start].strip()
