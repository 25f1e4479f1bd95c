"""PDF files with text: opening, checks, and the pages put together again into one document."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections import Counter

from tracker.documents.legacy import refuse_legacy
from tracker.documents.pdf_flow import flow
from tracker.documents.pdf_page import PageContent, PdfTable, TextLine, read_page
from tracker.documents.refusals import unreadable
from tracker.errors import UnreadableDocument
from tracker.rules.document import DocumentText, Line, Table
from tracker.wording import sentence

#: A dense page takes up to 0.15 s; a plan with its annexes stays far below.
MAX_PAGES = 80
_MEGABYTE = 1024 * 1024
#: What the compressed text of a long plan may grow to.
MAX_UNPACKED_BYTES = 120 * _MEGABYTE
_STREAM = re.compile(rb"stream\r?\n")
#: Characters a page must have to count as written, not scanned (a scan may carry a stamp or a page number).
_WRITTEN_CHARACTERS = 25
#: Share of characters without a meaning from which on a font is coded wrongly.
_UNKNOWN_SHARE = 0.03
_UNKNOWN = re.compile("\\(cid:\\d+\\)|[\ue000-\uf8ff\ufffd]")
_PAGE_NUMBER = re.compile(r"^\W*(?:(?:trang|page)\s*(?:số\s*)?:?\s*)?\d{1,3}\s*(?:(?:/|trên|of)\s*\d{1,3})?\W*$", re.IGNORECASE)
#: Share of a page's height, at head and foot, where its furniture stands.
_EDGE = 0.09


def read_pdf(content: bytes, name: str, *, max_pages: int = MAX_PAGES) -> DocumentText:
    """The document of a PDF file. Raises UnreadableDocument when it is locked, broken, scanned or wrongly coded."""
    _refuse_bomb(content, name)
    pages = _pages(content, name, max_pages)
    _refuse_unreadable(pages, name)
    blocks = flow([_without_furniture(page, pages) for page in pages])
    refuse_legacy([block.text for block in blocks if isinstance(block, Line)])
    scanned = [page.number for page in pages if page.characters < _WRITTEN_CHARACTERS and page.has_image]
    remarks = (sentence("page_without_text", pages=", ".join(map(str, scanned))),) if scanned else ()
    if not any(isinstance(block, Table) or block.text.strip() for block in blocks):
        raise unreadable("pdf_scanned", name=name)
    return DocumentText(tuple(blocks), remarks)


def _pages(content: bytes, name: str, max_pages: int) -> list[PageContent]:
    import pdfplumber

    # Its warnings are about odd fonts of other people's files; nobody can act on them.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        document = pdfplumber.open(io.BytesIO(content))
        pages = document.pages
        if len(pages) > max_pages:
            raise unreadable("file_pages", name=name, n=len(pages), max=max_pages)
        found = []
        for page in pages:
            found.append(read_page(page))
            page.close()
        return found
    except UnreadableDocument:
        raise
    except Exception as error:
        # A damaged file fails anywhere inside the parser with any error; the person's answer is the same.
        raise unreadable("file_encrypted" if _is_locked(error) else "file_broken", name=name) from error


def _is_locked(error: Exception) -> bool:
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    return any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in (error, *error.args))


def _refuse_bomb(content: bytes, name: str) -> None:
    """Unpacks the streams of the file without keeping them, and stops at the limit; pictures are never unpacked later."""
    unpacked = 0
    for match in _STREAM.finditer(content):
        if b"/Image" in content[max(match.start() - 400, 0) : match.start()]:
            continue
        unpacker = zlib.decompressobj()
        data = content[match.end() : match.end() + 65_536]
        position = match.end()
        try:
            while data and unpacked <= MAX_UNPACKED_BYTES and not unpacker.eof:
                unpacked += len(unpacker.decompress(data, _MEGABYTE))
                data = unpacker.unconsumed_tail
                if not data:
                    position += 65_536
                    data = content[position : position + 65_536]
        except zlib.error:
            continue  # not packed this way
        if unpacked > MAX_UNPACKED_BYTES:
            raise unreadable("file_unpacks", name=name, size=unpacked // _MEGABYTE, max_mb=MAX_UNPACKED_BYTES // _MEGABYTE)


def _refuse_unreadable(pages: list[PageContent], name: str) -> None:
    written = sum(page.characters for page in pages)
    if written < _WRITTEN_CHARACTERS:
        raise unreadable("pdf_scanned", name=name)
    if written < _WRITTEN_CHARACTERS * len(pages) and all(page.has_image for page in pages):
        raise unreadable("pdf_scanned", name=name)
    text = "".join(_text_of(page) for page in pages)
    unknown = sum(1 for _ in _UNKNOWN.finditer(text))
    if text and unknown > _UNKNOWN_SHARE * len(text):
        raise unreadable("pdf_font", name=name)


def _text_of(page: PageContent) -> str:
    lines = [item.text for item in page.items if isinstance(item, TextLine)]
    cells = [cell.text for item in page.items if isinstance(item, PdfTable) for row in item.rows for cell in row]
    return "\n".join([*lines, *cells])


def _without_furniture(page: PageContent, pages: list[PageContent]) -> PageContent:
    """A page without its number and without what stands at head or foot of most pages."""
    common = Counter(key for other in pages for key in {_furniture_key(line) for line in _edge_lines(other)})
    often = max(3, len(pages) // 2)
    dropped = {
        line
        for line in _edge_lines(page)
        if _PAGE_NUMBER.match(line.text) or (len(pages) >= 3 and common[_furniture_key(line)] >= often)
    }
    return PageContent(
        page.number, page.width, page.height, tuple(i for i in page.items if i not in dropped), page.characters, page.has_image
    )


def _edge_lines(page: PageContent) -> list[TextLine]:
    head, foot = page.height * _EDGE, page.height * (1 - _EDGE)
    return [item for item in page.items if isinstance(item, TextLine) and (item.bottom <= head or item.top >= foot)]


def _furniture_key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", line.text)
