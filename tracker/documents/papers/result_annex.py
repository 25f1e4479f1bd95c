"""Phụ lục Excel of a result: counts as they are, every share a formula over them, so that anyone can follow the figures.

Where the plan's formula is not a mean of shares the index itself stands as a figure, and the notes say so.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from tracker.documents.clean import printable
from tracker.rules.results import Block, QuestionRow, ResultData

_LINE = Side(style="thin", color="FFB0B7C3")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", start_color="FFE8ECF2")
_A4 = 9
_PERCENT, _WHOLE, _MEAN = "0.00", "#,##0", "0.00"
HIDDEN = "–"


def result_annex(result: ResultData, *, fingerprint: str = "") -> bytes:
    book = Workbook()
    book.remove(book.active)
    for place, block in enumerate(result.blocks, 1):
        suffix = f" {place}" if len(result.blocks) > 1 else ""
        _units_sheet(book, f"Đơn vị{suffix}", block)
        _questions_sheet(book, f"Câu hỏi{suffix}", block, result)
    _ballots_sheet(book, result)
    _notes_sheet(book, result, fingerprint)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _units_sheet(book: Any, name: str, block: Block) -> None:
    """8.2: figures of units as published; rank, change and whether the target is met are formulas."""
    columns = ["TT", "Đơn vị", "Số phiếu hợp lệ", "Tỷ lệ hài lòng (%)", "Hạng", "Năm trước (%)", "Tăng, giảm (điểm phần trăm)"]
    columns += [f"{criterion.title} (%)" for criterion in block.criteria] + ["Ghi chú"]
    page = _page(book, name, f"KẾT QUẢ KHẢO SÁT THEO ĐƠN VỊ – {block.name or 'các đơn vị'}", columns, wide=1)
    first, last = 4, 3 + len(block.units)
    ranked = [at for at, unit in enumerate(block.units, first) if unit.rank]
    for at, unit in enumerate(block.units, first):
        rank = f"=RANK(D{at},D${ranked[0]}:D${ranked[-1]},0)" if unit.rank else HIDDEN
        change = f"=ROUND(D{at}-F{at},2)" if unit.change is not None else HIDDEN
        row: list[Any] = [at - first + 1, unit.name, unit.valid, _value(unit.index.value), rank, _value(unit.last), change]
        row += [_value(figure.value) for figure in unit.criteria]
        note = unit.change_note if unit.last is not None else ""
        row.append("Chưa đủ số phiếu để nêu số liệu" if unit.index.value is None else note)
        _row(page, at, row, [_WHOLE, "", _WHOLE, _PERCENT, "0", _PERCENT, _PERCENT, *[_PERCENT] * len(unit.criteria), ""])
    total: list[Any] = ["", "Cộng", f"=SUM(C{first}:C{last})", _value(block.index.value), "", _value(block.last)]
    total += [HIDDEN if block.change is None else f"=ROUND(D{last + 1}-F{last + 1},2)"]
    total += [_value(criterion.figure.value) for criterion in block.criteria] + ["Theo cách tính ở trang Ghi chú"]
    forms = [_WHOLE, "", _WHOLE, _PERCENT, "0", _PERCENT, _PERCENT, *[_PERCENT] * len(block.criteria), ""]
    _row(page, last + 1, total, forms, bold=True)


def _questions_sheet(book: Any, name: str, block: Block, result: ResultData) -> None:
    """8.3: counts of each level, then answers, share and mean as formulas of the counts."""
    questions = block.levels
    levels = max((len(question.answers) for question in questions), default=0)
    labels = [answer.label for answer in max((q.answers for q in questions), key=len, default=())]
    columns = ["Câu", "Tiêu chí", "Nội dung", *(f"{label} (phiếu)" for label in labels), "Số phiếu trả lời"]
    columns += ["Tỷ lệ hài lòng (%)", "Điểm trung bình", "Tính chỉ số"]
    page = _page(book, name, f"KẾT QUẢ THEO TIÊU CHÍ VÀ CÂU HỎI – {block.name or 'các đơn vị'}", columns, wide=2)
    satisfied = {value.strip() for value in result.formula.get("satisfied", "").split(",")}
    titles = {criterion.code: criterion.title for criterion in block.criteria}
    from_level, to_level = get_column_letter(4), get_column_letter(3 + levels)
    count_at, share_at = get_column_letter(4 + levels), get_column_letter(5 + levels)
    for at, question in enumerate(questions, 4):
        shown = all(answer.count is not None for answer in question.answers)
        counts = [answer.count if answer.count is not None else HIDDEN for answer in question.answers]
        good = [
            f"{get_column_letter(4 + n)}{at}"
            for n, answer in enumerate(question.answers)
            if answer.value in satisfied or (question.kind == "yes_no" and answer.value == "yes")
        ]
        row: list[Any] = [question.code, titles.get(question.criterion, ""), question.text, *counts]
        row += [""] * (levels - len(counts))
        row.append(f"=SUM({from_level}{at}:{to_level}{at})" if shown else question.answered)
        can_share = shown and good and question.share.value is not None
        row.append(f"=ROUND(100*({'+'.join(good)})/{count_at}{at},2)" if can_share else HIDDEN)
        row.append(_mean_formula(question, at, count_at) if shown else HIDDEN)
        row.append("có" if question.in_index else "không")
        _row(page, at, row, ["", "", "", *[_WHOLE] * levels, _WHOLE, _PERCENT, _MEAN, ""])
    last = 3 + len(questions)
    is_mean = result.formula.get("aggregate") == "questions" and result.formula.get("question_value") == "share"
    if questions and is_mean and result.formula.get("missing") == "exclude":
        exact = [
            f"100*({_good(question, at, satisfied)})/{count_at}{at}"
            for at, question in enumerate(questions, 4)
            if question.in_index and question.share.value is not None
        ]
        whole = f"=ROUND(({'+'.join(exact)})/{len(exact)},2)" if exact else HIDDEN
        row = ["", "", "Gộp mọi phiếu của khối: trung bình các câu tính chỉ số", *[""] * levels, "", whole, "", ""]
        _row(page, last + 1, row, ["", "", "", *[_WHOLE] * levels, _WHOLE, _PERCENT, _MEAN, ""], bold=True)
    page.auto_filter.ref = f"A3:{share_at}{last}"


def _good(question: QuestionRow, at: int, satisfied: set[str]) -> str:
    cells = [
        f"{get_column_letter(4 + n)}{at}"
        for n, answer in enumerate(question.answers)
        if answer.value in satisfied or (question.kind == "yes_no" and answer.value == "yes")
    ]
    return "+".join(cells) or "0"


def _mean_formula(question: QuestionRow, at: int, count_at: str) -> str:
    if question.mean is None:
        return HIDDEN
    weighted = "+".join(f"{answer.value}*{get_column_letter(4 + n)}{at}" for n, answer in enumerate(question.answers))
    return f"=ROUND(({weighted})/{count_at}{at},2)"


def _ballots_sheet(book: Any, result: ResultData) -> None:
    """8.4: the ledger of each unit; totals and shares are formulas."""
    columns = ["TT", "Đơn vị", "Khối", "Chỉ tiêu", "Phát ra", "Thu về", "Hợp lệ", "Loại bỏ", "Tỷ lệ hợp lệ (%)"]
    page = _page(book, "Số phiếu", "SỐ PHIẾU CỦA TỪNG ĐƠN VỊ", columns, wide=1)
    forms = [_WHOLE, "", "", *[_WHOLE] * 5, _PERCENT]
    at = 3
    for block in result.blocks:
        for unit in block.units:
            at += 1
            row = [at - 3, unit.name, block.name, HIDDEN if unit.quota is None else unit.quota, unit.handed_out, unit.collected]
            row += [unit.valid, unit.discarded, f'=IF(F{at}=0,"–",ROUND(100*G{at}/F{at},2))']
            _row(page, at, row, forms)
    sums = [f"=SUM({letter}4:{letter}{at})" for letter in "DEFGH"]
    _row(page, at + 1, ["", "Cộng", "", *sums, f'=IF(F{at + 1}=0,"–",ROUND(100*G{at + 1}/F{at + 1},2))'], forms, bold=True)


def _notes_sheet(book: Any, result: ResultData, fingerprint: str) -> None:
    page = book.create_sheet("Ghi chú")
    page.column_dimensions["A"].width = 110
    lines = [words for block in result.blocks for words in block.formula_words]
    lines += [
        f"Đơn vị dưới {result.shown_from} phiếu không nêu số liệu, dưới {result.ranked_from} phiếu không xếp hạng.",
        *result.unverified,
        *(f"Không có số liệu của {gap.unit}: {gap.reason}." for gap in result.exceptions),
        *([f"Mã kiểm chứng của số liệu (SHA-256): {fingerprint}"] if fingerprint else []),
    ]
    for at, line in enumerate(dict.fromkeys(lines), 1):
        cell = page.cell(at, 1, printable(line))
        cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")


def _page(book: Any, name: str, title: str, columns: Sequence[str], *, wide: int) -> Any:
    page = book.create_sheet(name)
    page.cell(1, 1, printable(title)).font = Font(bold=True)
    for at, column in enumerate(columns, 1):
        cell = page.cell(3, at, printable(column))
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(at)].width = 44 if at == wide + 1 else 8 if at == 1 else 15
    page.freeze_panes = "C4"
    page.print_title_rows = "3:3"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return page


def _row(page: Any, at: int, values: Sequence[Any], forms: Sequence[str], *, bold: bool = False) -> None:
    for column, (value, form) in enumerate(zip(values, forms, strict=True), 1):
        is_formula = isinstance(value, str) and value.startswith("=")
        cell = page.cell(at, column, value if is_formula or not isinstance(value, str) else printable(value))
        cell.border = _BORDER
        if isinstance(value, str) and not (is_formula and form):
            cell.data_type = "s"  # a name that begins with "=" stays a name
            cell.alignment = Alignment(wrap_text=column > 1, vertical="top", horizontal="right" if value == HIDDEN else None)
        if form:
            cell.number_format = form
        if bold:
            cell.font = Font(bold=True)


def _value(value: Any) -> Any:
    return HIDDEN if value is None else float(value)
