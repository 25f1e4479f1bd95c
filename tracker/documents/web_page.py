"""HTML pages (a plan saved from a site, or "Save as web page" of Word) as lines and tables, by the standard library alone."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tracker.documents.clean import clean_cell, clean_line
from tracker.documents.grid import MAX_SPAN, RawCell, rectangle
from tracker.documents.legacy import refuse_legacy
from tracker.documents.refusals import unreadable
from tracker.rules.document import Block, DocumentText, Line, Table

_BLOCK = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "option",
    "p", "pre", "section", "summary", "tbody", "tfoot", "thead", "title", "ul",
})  # fmt: skip
_SILENT = frozenset({"script", "style", "head", "template", "noscript", "svg", "math", "object", "iframe", "select", "textarea"})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "windows-1258": "cp1258",
    "utf-16": "utf-16",
    "us-ascii": "utf-8",
    "unicode": "utf-16",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
#: Layout tables nest a few deep; deeper ones are flattened.
_MAX_NESTING = 12


def read_web_page(content: bytes, name: str) -> DocumentText:
    """The document of an .html file. Raises UnreadableDocument when it holds no words or in an unknown encoding."""
    builder = _Builder()
    builder.feed(_decode(content, name))
    builder.close()
    blocks = builder.finish()
    texts = [block.text for block in blocks if isinstance(block, Line)]
    texts += [cell.text for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    if not any(text.strip() for text in texts):
        raise unreadable("file_empty", name=name)
    refuse_legacy(texts)
    return DocumentText(tuple(blocks))


def _decode(content: bytes, name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        declared = _CHARSET.search(content[:4096])
        encoding = _ENCODINGS.get(declared[1].decode("ascii").lower() if declared else "utf-8", "utf-8-sig")
        if encoding == "utf-16":  # declared, but the declaration could be read: it is not
            encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable("text_encoding", name=name) from None


@dataclass
class _OpenTable:
    rows: list[list[RawCell]] = field(default_factory=list)
    cell: _OpenCell | None = None
    nested: list[Block] = field(default_factory=list)  #: blocks of a table inside a cell, to stand after this one


@dataclass
class _OpenCell:
    columns: int
    rows: int
    lines: list[str] = field(default_factory=list)


class _Builder(HTMLParser):
    """Collects lines and tables as the tags come; unclosed tags are closed by what follows them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._tables: list[_OpenTable] = []
        self._silent: list[str] = []
        self._lists: list[int | None] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if self._silent:
            if tag == self._silent[-1] and tag not in _VOID:
                self._silent.append(tag)
            return
        hidden = "hidden" in values or _HIDDEN.search(values.get("style", ""))
        if tag in _SILENT or (hidden and tag not in _VOID):
            self._silent.append(tag)
        elif tag == "br":
            self._text.append("\n")
        elif tag == "table":
            self._break()
            if len(self._tables) < _MAX_NESTING:
                self._tables.append(_OpenTable())
        elif tag == "tr":
            self._close_cell()
            if self._tables:
                self._tables[-1].rows.append([])
        elif tag in {"td", "th"}:
            self._close_cell()
            if self._tables:
                table = self._tables[-1]
                if not table.rows:
                    table.rows.append([])
                table.cell = _OpenCell(_span(values.get("colspan")), _span(values.get("rowspan")))
        elif tag in _BLOCK:
            self._break()
            if tag in {"ol", "ul"}:
                self._lists.append(_first(values.get("start")) if tag == "ol" else None)
            elif tag == "li":
                self._list_mark()
            elif tag == "pre":
                self._pre += 1

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            elif tag in {"body", "html"}:
                self._silent.clear()
            return
        if tag == "table":
            self._close_table()
        elif tag in {"td", "th", "tr"}:
            self._close_cell()
        elif tag in _BLOCK:
            self._break()
            if tag in {"ol", "ul"} and self._lists:
                self._lists.pop()
            elif tag == "pre":
                self._pre = max(self._pre - 1, 0)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or tag in _BLOCK:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break of the source is a space, except in <pre>.
            self._text.append(data if self._pre else re.sub(r"[\r\n\t]+", " ", data))

    def unknown_decl(self, data: str) -> None:
        """Word writes <![if …]> round lists; nothing of it is text."""

    def finish(self) -> list[Block]:
        while self._tables:
            self._close_table()
        self._break()
        return [Line(n, b.text) if isinstance(b, Line) else Table(n, b.rows) for n, b in enumerate(self._blocks)]

    def _list_mark(self) -> None:
        if not self._lists:
            return
        number = self._lists[-1]
        if number is None:
            self._text.append("- ")
        else:
            self._text.append(f"{number}. ")
            self._lists[-1] = number + 1

    def _break(self) -> None:
        """Ends the line at hand and puts it where it belongs: into the open cell or into the document."""
        text = "".join(self._text)
        self._text = []
        lines = [re.sub(r" {2,}", " ", clean_line(line)).strip(" ") for line in text.split("\n")]
        lines = [line for line in lines if line and line not in {"-"}]
        if self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cell.lines.extend(lines)
        elif self._tables:
            # Words between the cells of a broken table.
            self._tables[-1].nested.extend(Line(0, line) for line in lines)
        else:
            self._blocks.extend(Line(0, line) for line in lines)

    def _close_cell(self) -> None:
        self._break()
        if self._tables and self._tables[-1].cell is not None:
            table = self._tables[-1]
            cell = table.cell
            if cell is not None:
                table.rows[-1].append(RawCell(clean_cell("\n".join(cell.lines)), cell.columns, cell.rows))
            table.cell = None

    def _close_table(self) -> None:
        self._close_cell()
        if not self._tables:
            return
        table = self._tables.pop()
        made: list[Block] = []
        cells = [cell for row in table.rows for cell in row if cell.text]
        if len(cells) == 1:
            # A frame round text, not a table.
            made = [Line(0, line) for line in cells[0].text.split("\n")]
        elif cells:
            made = [Table(0, rectangle([row for row in table.rows if row]))]
        made += table.nested
        if not self._tables:
            self._blocks.extend(made)
        elif self._tables[-1].cell is not None and all(isinstance(block, Line) for block in made):
            self._tables[-1].cell.lines.extend(block.text for block in made if isinstance(block, Line))
        else:
            self._tables[-1].nested.extend(made)


def _span(value: str | None) -> int:
    return max(1, min(int(value), MAX_SPAN)) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1


def _first(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1
