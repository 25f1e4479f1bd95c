"""Reading a signed plan in the form it comes in: .docx, .pdf, .html, .txt, .doc or pasted text, all as DocumentText."""

from tracker.documents.plain import read_text
from tracker.documents.reading import read

__all__ = ["read", "read_text"]
