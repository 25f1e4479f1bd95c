"""Files for the reading tests: the sample plans as Word, HTML and PDF, and small PDFs written by hand."""

from __future__ import annotations

import html
import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx

PLANS = Path(__file__).parents[2] / "seeds" / "plans"
SAMPLES = ("ca-mau-2014", "cam-ranh-2021", "ha-dong-2020", "quang-thanh-2024", "van-thang-2023")

STYLE = """body { font: 14px "DejaVu Serif", serif; text-align: justify } p { margin: 6px 0 }
table { border-collapse: collapse; width: 100% } td { border: 1px solid black; padding: 3px; vertical-align: top }
@page { size: A4; margin: 2cm }"""


def sample_text(name: str) -> str:
    return (PLANS / f"{name}.txt").read_text(encoding="utf-8")


def parts(text: str) -> Iterator[str | list[list[str]]]:
    """Lines of a plan, and its tabbed lines as the rows of a table. A table pasted one cell a line is put together again."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if lines[at].startswith("\tTT"):
            rows, at = _cells_by_line(lines, at)
            yield rows
        elif lines[at].count("\t") >= 1 and lines[at].strip() and not lines[at].startswith("\t"):
            rows = []
            while at < len(lines) and ("\t" in lines[at] or not lines[at].strip()):
                if lines[at].strip():
                    rows.append(lines[at].split("\t"))
                at += 1
            yield rows
        else:
            yield lines[at]
            at += 1


def _cells_by_line(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    while at < len(lines) and (lines[at].startswith(("\t", "- ", "+ ")) or not lines[at].strip()):
        if not lines[at].strip("\n") or (not lines[at].strip() and not lines[at].startswith("\t")):
            rows.append([])
        elif lines[at].startswith("\t"):
            if not rows:
                rows.append([])
            rows[-1].append(lines[at][1:].strip())
        else:
            rows[-1][-1] += f"\n{lines[at]}"
        at += 1
    return [row for row in rows if row], at


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for part in parts(text):
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        width = max(len(row) for row in part)
        table = document.add_table(len(part), width)
        for row, cells in zip(table.rows, part, strict=True):
            for cell, words in zip(row.cells, cells, strict=False):
                cell.text = words
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(text: str) -> str:
    made = []
    for part in parts(text):
        if isinstance(part, str):
            made.append(f"<p>{html.escape(part)}</p>" if part.strip() else "")
            continue
        rows = ("".join(f"<td>{html.escape(cell).replace(chr(10), '<br>')}</td>" for cell in row) for row in part)
        made.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
    head = f'<head><meta charset="utf-8"><style>{STYLE}</style></head>'
    return f'<!doctype html><html lang="vi">{head}<body>{"".join(made)}</body></html>'


def printed(pages: Mapping[str, str]) -> dict[str, bytes]:
    """HTML pages printed to PDF by one Chromium."""
    from playwright.sync_api import sync_playwright

    program = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
    assert program, "these tests need Chromium on the PATH"
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for name, text in pages.items():
            page.set_content(text)
            found[name] = page.pdf(format="A4", prefer_css_page_size=True)
        browser.close()
    return found


def pdf(*contents: str, fonts: str = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", extra: str = "") -> bytes:
    """A PDF whose pages draw `contents` (operators of a content stream), in letters of Latin-1."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for content in contents:
        packed = zlib.compress(content.encode("latin-1"))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
        resources = f"<< /Font << {fonts} >> {extra} >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources {resources} >>"
        objects.append(page.encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def words(x: int, y: int, text: str, size: int = 12) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET\n"


def ruled(xs: list[int], ys: list[int]) -> str:
    """Lines of a full grid."""
    across = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S\n" for y in ys)
    return across + "".join(f"{x} {ys[0]} m {x} {ys[-1]} l S\n" for x in xs)


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(content: bytes, **files: bytes | None) -> bytes:
    """A .docx with parts replaced, added, or (None) taken out; "word/document.xml" is written word__document_xml."""
    named = {name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in files.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = {part: archive.read(part) for part in archive.namelist()}
    kept.update({name: data for name, data in named.items() if data is not None})
    return zipped({name: data for name, data in kept.items() if named.get(name, b"") is not None})
