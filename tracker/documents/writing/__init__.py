"""Writing what people print, sign and open in a table: Word documents in the form of Nghị định 30/2020/NĐ-CP, XLSX, CSV.

A document is a list of parts; `write_document` lays them out:

    write_document([
        Letterhead("Phòng Nội vụ", superior="UBND thành phố Cam Ranh", place="Cam Ranh", on=today, about="…"),
        Addressees(["UBND phường Ba Ngòi"]),
        Paragraph("…"),
        Signing(SignatureBlock(["TRƯỞNG PHÒNG"], "Trần Thị Hoa"), Recipients(["Như trên"], "PNV")),
        Annex("Danh sách đơn vị chưa hoàn thành", attached_to="Công văn"),
        Table([Column("TT", 10, "center"), …], rows),
    ], subject="…")
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.documents.writing.parts import (
    Addressees,
    Annex,
    Column,
    DottedLines,
    Fields,
    Heading,
    LegalBases,
    Letterhead,
    Paragraph,
    Part,
    Picture,
    Recipients,
    SideBySide,
    SignatureBlock,
    Signing,
    Span,
    Table,
    Text,
    Title,
)

__all__ = [
    "Addressees", "Annex", "Column", "DottedLines", "Fields", "Heading", "LegalBases", "Letterhead", "Paragraph", "Part",
    "Picture", "Recipients", "SideBySide", "SignatureBlock", "Signing", "Span", "Table", "Text",
    "Title", "write_document",
]  # fmt: skip


def write_document(parts: Sequence[Part], *, subject: str, author: str = "") -> bytes:
    """The bytes of a .docx; the same parts make the same bytes."""
    from tracker.documents.writing.paper import lay_out  # python-docx is loaded when it is needed

    return lay_out(parts, subject=subject, author=author)
