"""The user guide: the Markdown of docs/ -> HTML that the strict policy of our pages lets through; read once.

The same files read well on a code host: links lead from file to file and are turned into addresses of the site here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.wording import search_key

if TYPE_CHECKING:
    from markdown_it.token import Token

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = DOCS / "img" / "huong-dan"
ADDRESS = "/huong-dan"

#: slug of the address -> file in docs/ and the name in the list of contents.
CHAPTERS: dict[str, tuple[str, str]] = {
    "bat-dau": ("huong-dan/README.md", "Bắt đầu từ đây"),
    "don-vi": ("huong-dan/don-vi.md", "Đầu mối của đơn vị"),
    "dieu-phoi": ("huong-dan/dieu-phoi.md", "Điều phối viên"),
    "lanh-dao": ("huong-dan/lanh-dao.md", "Lãnh đạo"),
    "giam-sat": ("huong-dan/giam-sat.md", "Phúc tra, giám sát"),
    "quan-tri": ("huong-dan/quan-tri.md", "Quản trị"),
    "nguoi-dan": ("huong-dan/nguoi-dan.md", "Người dân"),
    "tu-ngu": ("huong-dan/tu-ngu.md", "Từ ngữ, trạng thái, phím tắt"),
    "nhap-lieu": ("nhap-lieu.md", "Nhập liệu"),
    "hom-phieu": ("hom-phieu.md", "Hòm phiếu"),
    "truc-tuyen": ("truc-tuyen.md", "Số liệu trực tuyến"),
    "phuc-tra": ("phuc-tra.md", "Cách chọn mẫu phúc tra"),
    "cach-tinh": ("cach-tinh.md", "Cách tính"),
    "cong-bo": ("cong-bo.md", "Kết quả và công bố"),
}
FIRST = "bat-dau"


@dataclass(frozen=True)
class Part:
    """A heading with what stands under it."""

    anchor: str
    title: str
    level: int
    text: str
    is_often_asked: bool  #: marked ● in the file

    @property
    def key(self) -> str:
        return search_key(f"{self.title} {self.text}")


@dataclass(frozen=True)
class Chapter:
    slug: str
    label: str
    title: str
    html: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Found:
    """A part in which every word of the question occurs."""

    chapter: Chapter
    part: Part


@cache
def chapters() -> dict[str, Chapter]:
    return {slug: _read(slug, *where) for slug, where in CHAPTERS.items()}


def find(question: str) -> list[Found]:
    """Parts that hold these words, accents or not, side by side where there are such; what is often asked comes first."""
    words = search_key(question)
    if not words:
        return []
    every = [Found(chapter, part) for chapter in chapters().values() for part in chapter.parts]
    hits = [hit for hit in every if _begins_in(words, hit.part.key)]
    hits = hits or [hit for hit in every if all(_begins_in(word, hit.part.key) for word in words.split())]
    return sorted(hits, key=lambda hit: (not hit.part.is_often_asked, not _begins_in(words, search_key(hit.part.title))))


def _begins_in(words: str, text: str) -> bool:
    """Whether `words` begin at the beginning of a word of `text`."""
    return re.search(rf"(?<!\w){re.escape(words)}", text) is not None


def picture_file(name: str) -> Path | None:
    """The file of a picture, or None; the name is one of those that are there, so no path can be made of it."""
    return next((path for path in PICTURES.glob("*.png") if path.name == name), None)


def _read(slug: str, file: str, label: str) -> Chapter:
    from markdown_it import MarkdownIt  # loaded with the first page of the guide

    path = DOCS / file
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(path.read_text(encoding="utf-8"))
    title, parts, used = label, list[Part](), set[str]()
    body: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open" and token.tag == "h1":
            title = _plain(tokens[place + 1])
            place += 3
            continue
        if token.type == "heading_open":
            inline = tokens[place + 1]
            often = inline.content.startswith("● ")
            anchor = _anchor(_plain(inline), used)
            token.attrSet("id", anchor)
            parts.append(Part(anchor, _plain(inline), int(token.tag[1]), _text_after(tokens, place + 3), often))
            if often:
                _drop_mark(inline)
        _fit(token, path)
        body.append(token)
        place += 1
    return Chapter(slug, label, title, _boxed(parser.renderer.render(body, parser.options, {})), tuple(parts))


def _fit(token: Token, path: Path) -> None:
    """What the pages of the site need: no inline colour, the look of our tables, links within the site, sizes of pictures."""
    if "style" in token.attrs:  # the alignment of a column
        align = str(token.attrs.pop("style")).partition(":")[2]
        token.attrSet("class", {"right": "num", "center": "text-center"}.get(align, ""))
    if token.type == "table_open":
        token.attrSet("class", "table")
    for child in token.children or ():
        if child.type == "link_open":
            child.attrSet("href", _href(str(child.attrs.get("href", "")), path))
        elif child.type == "image":
            name = Path(str(child.attrs.get("src", ""))).name
            child.attrSet("src", f"{ADDRESS}/hinh/{name}")
            child.attrSet("loading", "lazy")
            found = picture_file(name)
            if found:
                width, height = png_size(found)
                child.attrSet("width", str(width))
                child.attrSet("height", str(height))


def _href(href: str, path: Path) -> str:
    """Another chapter's file -> its address; everything else stays."""
    file, mark, anchor = href.partition("#")
    if not file or ":" in file or file.startswith("/"):
        return href
    target = (path.parent / file).resolve()
    for slug, (name, _label) in CHAPTERS.items():
        if target == (DOCS / name).resolve():
            return f"{ADDRESS}/{slug}{mark}{anchor}"
    return href


def png_size(path: Path) -> tuple[int, int]:
    """Width and height out of the first block of a PNG."""
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:24])
    return width, height


def _plain(inline: Token) -> str:
    """The words of a line without its marks."""
    words = "".join(child.content if child.type in ("text", "code_inline") else " " for child in _within(inline))
    return " ".join(words.split()).removeprefix("● ").replace(" .", ".").replace(" ,", ",")


def _within(inline: Token) -> Sequence[Token]:
    return [child for child in inline.children or () if child.type not in ("strong_open", "strong_close", "em_open", "em_close")]


def _drop_mark(inline: Token) -> None:
    first = (inline.children or [])[0]
    first.content = first.content.removeprefix("● ")


def _text_after(tokens: Sequence[Token], place: int) -> str:
    """Everything up to the next heading, as words."""
    words = []
    for token in tokens[place:]:
        if token.type == "heading_open":
            break
        if token.type == "inline":
            words.append(_plain(token))
    return " ".join(words)


def _anchor(title: str, used: set[str]) -> str:
    """A word for the address, without accents; a second heading of the same name gets a number."""
    stem = re.sub(r"[^a-z0-9]+", "-", search_key(title)).strip("-")[:60].rstrip("-") or "phan"
    anchor, number = stem, 2
    while anchor in used:
        anchor, number = f"{stem}-{number}", number + 1
    used.add(anchor)
    return anchor


def _boxed(html: str) -> str:
    """A wide table or a block of code scrolls in a box of its own, which the keyboard reaches."""
    box = '<div class="table-box" tabindex="0" role="group" aria-label="Bảng">'
    html = html.replace('<table class="table">', f'{box}<table class="table">')
    return (
        html.replace("</table>", "</table></div>")
        .replace("<pre>", '<pre tabindex="0">')
        .replace("<blockquote>", '<blockquote class="quote">')
    )
