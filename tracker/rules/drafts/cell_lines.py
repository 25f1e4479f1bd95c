"""Tables pasted one cell a line: cells under one another, parted by line breaks, blank lines, leading tabs or lone bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.columns import Role, heading_role, is_heading_row, is_numbering_row, roles_of
from tracker.rules.drafts.marks import is_shouted, key_of, read_number, starts_low, tidy
from tracker.rules.drafts.raw_lines import MAX_LINES, Raw, ends_tables, grid_of, index_after
from tracker.rules.drafts.streams import Gap, Laid, Piece, Style, lay
from tracker.rules.drafts.tables import Grid

#: Columns of a table without headings, with its time last or first.
_BARE = ("TT", "Nội dung", "Chủ trì", "Phối hợp", "Thời gian")
#: No heading of a column is longer where it is set in capitals.
_LONGEST_CAPITALS = 35
_BARE_TIME_FIRST = ("TT", "Thời gian", "Nội dung", "Chủ trì", "Phối hợp")


def cell_lines_at(raws: Sequence[Raw], at: int) -> tuple[Grid, int] | None:
    """The table whose first cell stands on line `at`, and the index of the line after it."""
    text = raws[at].text.strip()
    if near_bar(raws, at):
        return _bar_stream_at(raws, at)
    number = read_number(text)
    if heading_role(text) is None and (number is None or number.value != 1):
        return None
    if number is None and is_shouted(text) and len(text) > _LONGEST_CAPITALS:
        return None  # a title: "LỊCH TRIỂN KHAI KHẢO SÁT NĂM 2020"
    # Most lines with a heading's word open no table: a look at the first lines tells.
    if _headings(_line_pieces(raws, at, 60)) is None and number is None:
        return None
    pieces = _line_pieces(raws, at, MAX_LINES)
    head = _headings(pieces)
    if head is not None:
        headings, count = head
        gaps = {piece.gap for piece in pieces[1:count]}
        return _lay_lines(raws, at, pieces[count:], headings, gaps)
    bare = _bare_headings(pieces)
    if bare is None:
        return None
    gaps = {piece.gap for piece in pieces[1:8]}
    found = _lay_lines(raws, at, pieces, bare, gaps)
    return (replace(found[0], headings=()), found[1]) if found else None


def near_bar(raws: Sequence[Raw], at: int) -> bool:
    """A bar stands alone on this line or on the next that is not blank, or ends this line."""
    text = raws[at].text.strip()
    if text == "|" or (text.endswith("|") and text.count("|") == 1):
        return True
    following = next((raw.text.strip() for raw in raws[at + 1 : at + 4] if not raw.blank), "")
    return following == "|" and "|" not in text


def _lay_lines(raws: Sequence[Raw], at: int, pieces: list[Piece], headings: list[str], gaps: set[Gap]) -> tuple[Grid, int] | None:
    roles = roles_of(headings)
    body = _drop_column_numbers(_without_repeats(pieces, headings))
    tabbed = Gap.MARK in gaps
    parted = not tabbed and gaps == {Gap.BLANK}
    if parted:
        # Blank lines part the cells: a line right under another goes on with it.
        body = [replace(piece, gap=Gap.MARK) if piece.gap is Gap.BLANK else piece for piece in body]
    wraps = tabbed or parted
    return _grid(raws, at, body, headings, roles, Style(line_may_part_cells=not wraps, lines_only_wrap=wraps))


def _grid(
    raws: Sequence[Raw], at: int, body: list[Piece], headings: Sequence[str], roles: Sequence[Role], style: Style
) -> tuple[Grid, int] | None:
    body = _before_end(body)
    if not body:
        return None
    laid = lay(body, roles, style)
    if not laid.rows or not _is_sound(laid, roles):
        return None
    grid = grid_of("one cell a line", raws[at].block, laid, roles, headings, " | ".join(headings))
    stop = next((i for i in range(at, len(raws)) if raws[i].block > body[-1].block), len(raws))
    return grid, max(index_after(raws, at, stop, laid, body), at + 1)


def _before_end(pieces: list[Piece]) -> list[Piece]:
    for index, piece in enumerate(pieces):
        if index and piece.gap is not Gap.CELL and ends_tables(piece.text, [p.text for p in pieces[index + 1 : index + 7]]):
            return pieces[:index]
    return pieces


def _is_sound(laid: Laid, roles: Sequence[Role]) -> bool:
    """Lines laid into columns make a table only where times or owners fall into their columns."""
    times = [i for i, role in enumerate(roles) if role in (Role.TIME, Role.START, Role.END)]
    told = times or [i for i, role in enumerate(roles) if role is Role.LEAD]
    filled = sum(1 for row in laid.rows if any(row[i] for i in told))
    return filled >= 1 and filled >= len(laid.rows) * 0.3


def _line_pieces(raws: Sequence[Raw], at: int, limit: int) -> list[Piece]:
    """Each line from `at` on as a piece, up to lines that hold a whole row of headings."""
    pieces: list[Piece] = []
    gap = Gap.LINE
    for raw in raws[at : at + limit]:
        if raw.is_page_mark or raw.is_rule:
            continue
        if raw.text.startswith("\t") and not raw.has_tabs:
            pieces.append(Piece(tidy(raw.text), raw.block, 0, Gap.MARK))
            gap = Gap.LINE
            continue
        if raw.blank:
            gap = Gap.BLANK
            continue
        if raw.has_tabs and is_heading_row(raw.cells("tabs")):
            break
        pieces.append(Piece(tidy(raw.text), raw.block, 0, gap))
        gap = Gap.LINE
    return pieces


def _headings(pieces: Sequence[Piece]) -> tuple[list[str], int] | None:
    """The headings at the head of a stream, wrapped ones joined, and how many pieces they took."""
    joined: list[tuple[str, int]] = []  # a heading and the pieces up to its end
    for index, piece in enumerate(pieces[:20]):
        text = piece.text
        low = (starts_low(text) or text.startswith("(")) and len(text) <= 30 and read_number(text) is None
        low = low and not text[:1].isdigit()  # "12/5" is the first cell of the body
        second = bool(joined) and heading_role(joined[-1][0]) is Role.TIME and key_of(text) in _SECOND_WORDS
        if joined and (low or second):
            joined[-1] = (f"{joined[-1][0]} {text}", index + 1)
        elif len(text) > 60 or heading_role(text) is None:
            break
        else:
            joined.append((text, index + 1))
    headings: list[str] = []
    taken: set[Role] = set()
    count = 0
    for text, after in joined:
        role = heading_role(text)
        if role is None or (headings and role is Role.NO) or not _may_join(role, text, taken):
            break
        headings.append(text)
        taken.add(role)
        count = after
    headings = _without_groups(headings)
    roles = {heading_role(text) for text in headings}
    if len(headings) < 2 or not is_heading_row(headings) or (len(headings) == 2 and not roles >= {Role.CONTENT, Role.TIME}):
        return None
    return headings, count


_SECOND_WORDS = frozenset({"thuc hien", "hoan thanh", "trien khai"})


def _may_join(role: Role, text: str, taken: set[Role]) -> bool:
    """A role that is there already is the first cell of the body, but for groups of owners and times."""
    if role not in taken or role is Role.OTHER:
        return True
    key = key_of(text)
    return role is Role.TIME or (role is Role.LEAD and ("chu tri" in key or "thuc hien" in key))


def _without_groups(headings: list[str]) -> list[str]:
    """ "Phân công" over "Chủ trì" and "Phối hợp" is no column of its own."""
    keys = [key_of(text) for text in headings]
    lead = next((i for i, key in enumerate(keys) if "chu tri" in key and "phoi hop" not in key), None)
    helping = next((i for i, key in enumerate(keys) if "phoi hop" in key and "chu tri" not in key), None)
    group = next((i for i, text in enumerate(headings) if heading_role(text) is Role.LEAD and "chu tri" not in keys[i]), None)
    if lead is None or helping != lead + 1 or group is None:
        return headings
    if group < lead - 1:
        # The lower row of headings came after the whole upper one.
        parts = [headings[lead], headings[helping]]
        rest = [text for i, text in enumerate(headings) if i not in (lead, helping)]
        return [*rest[:group], *parts, *rest[group + 1 :]]
    return [text for i, text in enumerate(headings) if i != group]


def _without_repeats(pieces: Sequence[Piece], headings: Sequence[str]) -> list[Piece]:
    """The stream without headings said again, as at the top of a new page, and without the page number before them."""
    own = {key_of(text) for text in headings}
    out: list[Piece] = []
    index = 0
    while index < len(pieces):
        run = index
        while run < len(pieces) and key_of(pieces[run].text) in own:
            run += 1
        if run - index >= min(3, len(headings)):
            if len(out) >= 2 and out[-1].text.strip(" -–").isdigit() and looks_like_time(out[-2].text):
                out.pop()
            index = run
            continue
        out.append(pieces[index])
        index += 1
    return out


def _drop_column_numbers(pieces: list[Piece]) -> list[Piece]:
    for count in range(min(9, len(pieces)), 2, -1):
        if is_numbering_row([piece.text for piece in pieces[:count]]):
            return pieces[count:]
    return pieces


def _bare_headings(pieces: Sequence[Piece]) -> list[str] | None:
    """Columns where no headings stand: numbers 1, 2, 3 alone, a task under each, and a time among its lines."""
    first = read_number(pieces[0].text) if pieces else None
    if first is None or first.value != 1:
        return None
    wanted = 1
    blocks: list[list[str]] = []
    for piece in pieces[:600]:
        number = read_number(piece.text)
        if number is not None and number.kind is first.kind and number.value == wanted:
            blocks.append([])
            wanted += 1
        elif blocks and piece.text:
            blocks[-1].append(piece.text)
    if len(blocks) < 3 or any(not block for block in blocks[:-1]):
        return None
    timed = sum(1 for block in blocks if any(looks_like_time(text) for text in block[:8]))
    if timed < len(blocks) * 0.7:
        return None
    early = sum(1 for block in blocks if block and looks_like_time(block[0]))
    return list(_BARE_TIME_FIRST if early > len(blocks) / 2 else _BARE)


# Bars on lines of their own, or at the ends of cells --------------------------------------------------------------


def _bar_stream_at(raws: Sequence[Raw], at: int) -> tuple[Grid, int] | None:
    """Cells parted by bars that stand alone or end the lines: "TT |" / "Nội dung |" / "|", or a bar between every two cells."""
    pieces = _bar_pieces(raws, at)
    while pieces and not pieces[0].text:
        pieces = pieces[1:]
    head = _headings(pieces)
    headings, count = head if head is not None else (_bare_headings(pieces), 0)
    if headings is None:
        return None
    body = _drop_column_numbers(_without_repeats(pieces[count:], headings))
    rowed = any(piece.gap is Gap.ROW for piece in body)
    style = Style(lines_only_wrap=True, mark_may_begin_row=not rowed)
    found = _grid(raws, at, body, headings, roles_of(headings), style)
    return (replace(found[0], headings=() if head is None else found[0].headings), found[1]) if found else None


def _bar_pieces(raws: Sequence[Raw], at: int) -> list[Piece]:
    window = [raw for raw in raws[at : at + MAX_LINES] if not raw.blank]
    ends = sum(1 for raw in window if raw.text.rstrip().endswith("|") and raw.text.strip() != "|")
    alone = sum(1 for raw in window if raw.text.strip() == "|")
    closing = ends > alone  # each cell is closed by a bar on its own line; a bar alone opens a row or is an empty cell
    pieces: list[Piece] = []
    after_bar, blank, row, since = True, False, False, 0
    for raw in raws[at : at + MAX_LINES]:
        text = raw.text.strip()
        if not text:
            blank = True
            continue
        if raw.is_page_mark or raw.is_rule:
            continue
        if text == "|":
            if closing and not raw.text.startswith(" "):
                row = True
            elif after_bar and pieces:
                pieces.append(Piece("", raw.block, 0, Gap.ROW if row else Gap.MARK))
                row = False
            after_bar, since = True, 0
            continue
        since += 1
        if since > 40 and "|" not in text:
            break
        opened, closed = text.startswith("|"), text.endswith("|")
        for column, part in enumerate(text.strip("|").split("|")):
            if row or (opened and column == 0 and closing):
                gap = Gap.ROW
            elif column or after_bar or opened:
                gap = Gap.MARK
            else:
                gap = Gap.BLANK if blank else Gap.LINE
            pieces.append(Piece(tidy(part), raw.block, column, gap))
            row, after_bar, blank = False, False, False
        after_bar = closed
    return pieces
