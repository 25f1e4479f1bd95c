"""Word documents (.docx) as lines and tables in reading order.

What people see in Word is read: tracked insertions, content controls, text boxes, automatic numbers. What they do not see is
left out: tracked deletions, hidden text, field codes; headers and footers of pages too. `.text` of python-docx would lose
insertions and content controls (python-openxml/python-docx#1123, #340), so the elements are walked here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from tracker.documents.archive import check_archive
from tracker.documents.clean import clean_cell, clean_line
from tracker.documents.grid import RawCell, rectangle
from tracker.documents.legacy import refuse_legacy
from tracker.documents.refusals import unreadable
from tracker.documents.word_numbering import Numbering
from tracker.rules.document import Block, DocumentText, Line, Table

#: Wrappers whose content stands for itself.
_TRANSPARENT = (
    "sdt",
    "sdtContent",
    "ins",
    "moveTo",
    "customXml",
    "smartTag",
    "hyperlink",
    "fldSimple",
    "dir",
    "bdo",
    "ruby",
    "rubyBase",
    "r",
)
_GONE = ("del", "moveFrom", "rPr", "pPr", "instrText", "delText", "delInstrText", "sdtPr", "sdtEndPr", "rt")
_BREAKS = ("br", "cr")
_MAX_DEPTH = 40


def read_word(content: bytes, name: str) -> DocumentText:
    """The document of a .docx file. Raises UnreadableDocument for one that is unsafe, broken, locked or empty."""
    check_archive(content, name)
    import docx

    try:
        document = docx.Document(io.BytesIO(content))
        blocks = _Walk(document).blocks()
    except Exception as error:
        # A damaged file fails anywhere inside the parsers with any error; the person's answer is the same.
        raise unreadable("file_broken", name=name) from error
    texts = [block.text for block in blocks if isinstance(block, Line)]
    texts += [cell.text for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    if not any(text.strip() for text in texts):
        raise unreadable("file_empty", name=name)
    refuse_legacy(texts)
    return DocumentText(tuple(blocks))


class _Walk:
    """One pass through the body; numbers are counted as it goes."""

    def __init__(self, document: Any) -> None:
        from docx.oxml.ns import qn

        self._qn = qn
        self._body = document.element.body
        self._numbering = Numbering(document, qn)
        self._blocks: list[Block] = []

    def blocks(self) -> list[Block]:
        self._container(self._body, 0)
        return self._blocks

    def _container(self, parent: Any, depth: int) -> None:
        """Adds the paragraphs and tables under `parent`."""
        if depth > _MAX_DEPTH:
            return
        for child in parent:
            tag = _tag(child)
            if tag == "p":
                for text in self._paragraph(child):
                    self._blocks.append(Line(len(self._blocks), text))
                for box in self._boxes(child):
                    self._container(box, depth + 1)
            elif tag == "tbl":
                self._table(child, depth)
            elif tag == "AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    self._container(chosen, depth + 1)
            elif tag in _TRANSPARENT:
                self._container(child, depth + 1)

    def _paragraph(self, paragraph: Any) -> list[str]:
        """The lines of a paragraph, its automatic number before the first."""
        text = "".join(self._inline(paragraph, 0))
        label = self._numbering.label(paragraph)
        if label and text.strip():
            text = f"{label} {text.lstrip()}"
        return [clean_line(line) for line in text.split("\n")]

    def _inline(self, parent: Any, depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            return
        for child in parent:
            tag = _tag(child)
            if tag == "t":
                yield (child.text or "").replace("\n", " ")
            elif tag == "tab" or tag == "ptab":
                yield "\t"
            elif tag in _BREAKS:
                yield "\n"
            elif tag == "noBreakHyphen":
                yield "-"
            elif tag == "r" and self._hidden(child):
                continue
            elif tag in _TRANSPARENT:
                yield from self._inline(child, depth + 1)

    def _hidden(self, run: Any) -> bool:
        properties = run.find(self._qn("w:rPr"))
        vanish = properties.find(self._qn("w:vanish")) if properties is not None else None
        return vanish is not None and vanish.get(self._qn("w:val")) not in {"0", "false"}

    def _boxes(self, paragraph: Any) -> Iterator[Any]:
        """The text boxes anchored in a paragraph. A box is stored twice, for new and for old Word: one is read."""
        for box in paragraph.iter(self._qn("w:txbxContent")):
            above = list(takewhile(lambda element: element is not paragraph, box.iterancestors()))
            tags = [_tag(element) for element in above]
            inside_another = "txbxContent" in tags
            doubled = "Fallback" in tags and any(
                _tag(element) == "AlternateContent" and _has_newer(element, self._qn) for element in above
            )
            if not inside_another and not doubled and not {"del", "moveFrom"} & set(tags):
                yield box

    def _table(self, table: Any, depth: int) -> None:
        rows = list(self._rows(table))
        cells = [cell for row in rows for cell in self._cells(row)]
        if len(cells) == 1:
            # A frame round text, not a table.
            self._container(cells[0], depth + 1)
            return
        nested: list[Any] = []
        raw: list[list[RawCell]] = []
        for row in rows:
            line = [RawCell("")] * self._number(row, "trPr", "gridBefore", 0)
            for cell in self._cells(row):
                line.append(self._raw_cell(cell, nested))
            raw.append(line)
        laid_out = rectangle(raw)
        if laid_out:
            self._blocks.append(Table(len(self._blocks), laid_out))
        for inner in nested:
            self._table(inner, depth + 1)

    def _raw_cell(self, cell: Any, nested: list[Any]) -> RawCell:
        merge = cell.find(self._qn("w:tcPr") + "/" + self._qn("w:vMerge"))
        continued = merge is not None and merge.get(self._qn("w:val")) in {None, "continue"}
        lines = list(self._cell_lines(cell, nested, 0))
        text = "" if continued else clean_cell("\n".join(lines))
        return RawCell(text, self._number(cell, "tcPr", "gridSpan", 1), continued=continued)

    def _cell_lines(self, parent: Any, nested: list[Any], depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            return
        for child in parent:
            tag = _tag(child)
            if tag == "p":
                lines = self._paragraph_in_cell(child)
                yield from lines
                for box in self._boxes(child):
                    yield from self._cell_lines(box, nested, depth + 1)
            elif tag == "tbl":
                nested.append(child)
            elif tag == "AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    yield from self._cell_lines(chosen, nested, depth + 1)
            elif tag in _TRANSPARENT:
                yield from self._cell_lines(child, nested, depth + 1)

    def _paragraph_in_cell(self, paragraph: Any) -> list[str]:
        """As _paragraph, but a number alone stays: it is the row's number."""
        text = "".join(self._inline(paragraph, 0)).replace("\t", " ")
        label = self._numbering.label(paragraph)
        return f"{label} {text.lstrip()}".strip().split("\n") if label else text.split("\n")

    def _rows(self, parent: Any) -> Iterator[Any]:
        for child in parent:
            tag = _tag(child)
            if tag == "tr":
                properties = child.find(self._qn("w:trPr"))
                if properties is None or properties.find(self._qn("w:del")) is None:
                    yield child
            elif tag in _TRANSPARENT:
                yield from self._rows(child)

    def _cells(self, parent: Any) -> Iterator[Any]:
        for child in parent:
            tag = _tag(child)
            if tag == "tc":
                yield child
            elif tag in _TRANSPARENT:
                yield from self._cells(child)

    def _number(self, parent: Any, properties: str, tag: str, otherwise: int) -> int:
        element = parent.find(self._qn(f"w:{properties}") + "/" + self._qn(f"w:{tag}"))
        value = element.get(self._qn("w:val")) if element is not None else None
        return min(int(value), 100) if value and value.isascii() and value.isdigit() else otherwise


def _tag(element: Any) -> str:
    """The local name of an element; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _alternative(element: Any) -> Any:
    """The newer of the two forms in which Word stores one thing."""
    by_tag = {_tag(child): child for child in element}
    return by_tag.get("Choice", by_tag.get("Fallback"))


def _has_newer(element: Any, qn: Any) -> bool:
    """Whether the newer of two stored forms holds the text box too."""
    return any(_tag(child) == "Choice" and next(child.iter(qn("w:txbxContent")), None) is not None for child in element)
