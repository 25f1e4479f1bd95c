"""Automatic numbers of Word paragraphs ("1.", "a)", "-"): they stand in no text, but plans are read by them."""

from __future__ import annotations

from typing import Any

_ROMAN = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LEVELS = 9
#: Signs of bullets that say something as they are; those of symbol fonts become a dash.
_PLAIN_BULLETS = frozenset("-–—+*•●▪○o·")


class Numbering:
    """Counts the numbered paragraphs of one document in reading order."""

    def __init__(self, document: Any, qn: Any) -> None:
        self._qn = qn
        self._levels: dict[str, dict[int, Any]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._abstract_of: dict[str, str] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._styles = self._read_styles(document)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        self._read(root)

    def label(self, paragraph: Any) -> str:
        """The number before a paragraph, counted on; "" for a paragraph without one."""
        num_id, level = self._of(paragraph)
        levels = self._levels.get(num_id)
        if not levels or level not in levels:
            return ""
        counters = self._counters.setdefault(self._abstract_of[num_id], [None] * _LEVELS)
        for upper in range(level):
            if counters[upper] is None:
                counters[upper] = self._start(num_id, upper)
        current = counters[level]
        counters[level] = self._start(num_id, level) if current is None else current + 1
        for deeper in range(level + 1, _LEVELS):
            counters[deeper] = None
        return self._written(levels, level, counters)

    def _written(self, levels: dict[int, Any], level: int, counters: list[int | None]) -> str:
        kind, pattern = self._value(levels[level], "numFmt"), self._value(levels[level], "lvlText")
        if kind == "bullet":
            return pattern if pattern in _PLAIN_BULLETS else "-"
        if kind == "none":
            return ""
        for index in range(level + 1):
            value = counters[index] or 0
            pattern = pattern.replace(f"%{index + 1}", number_in(self._value(levels.get(index), "numFmt"), value))
        return pattern.strip()

    def _start(self, num_id: str, level: int) -> int:
        return self._starts.get((num_id, level), 1)

    def _of(self, paragraph: Any) -> tuple[str, int]:
        """(numId, level) of a paragraph, its own or its style's."""
        properties = paragraph.find(self._qn("w:pPr"))
        if properties is None:
            return "", 0
        own = properties.find(self._qn("w:numPr"))
        style = self._value(properties, "pStyle")
        from_style = self._styles.get(style, ("", 0))
        if own is None:
            return from_style
        level = self._value(own, "ilvl")
        return self._value(own, "numId") or from_style[0], _whole(level, from_style[1])

    def _read_styles(self, document: Any) -> dict[str, tuple[str, int]]:
        found: dict[str, tuple[str, int]] = {}
        based: dict[str, str] = {}
        for style in document.styles.element.iter(self._qn("w:style")):
            name = style.get(self._qn("w:styleId")) or ""
            based[name] = self._value(style, "basedOn")
            for numbering in style.iter(self._qn("w:numPr")):
                found[name] = (self._value(numbering, "numId"), _whole(self._value(numbering, "ilvl"), 0))
        for name in list(based):
            above, seen = based[name], {name}
            while name not in found and above and above not in seen:
                seen.add(above)
                if above in found:
                    found[name] = found[above]
                above = based.get(above, "")
        return found

    def _read(self, root: Any) -> None:
        abstract: dict[str, dict[int, Any]] = {}
        for element in root.iter(self._qn("w:abstractNum")):
            levels = {_whole(level.get(self._qn("w:ilvl")), 0): level for level in element.findall(self._qn("w:lvl"))}
            abstract[element.get(self._qn("w:abstractNumId")) or ""] = levels
        for number in root.findall(self._qn("w:num")):
            num_id, of = number.get(self._qn("w:numId")) or "", self._value(number, "abstractNumId")
            levels = dict(abstract.get(of, {}))
            self._abstract_of[num_id] = of
            for override in number.findall(self._qn("w:lvlOverride")):
                level = _whole(override.get(self._qn("w:ilvl")), 0)
                replaced = override.find(self._qn("w:lvl"))
                if replaced is not None:
                    levels[level] = replaced
                start = self._value(override, "startOverride")
                if start:
                    # A list that starts again is a list of its own.
                    self._starts[(num_id, level)] = _whole(start, 1)
                    self._abstract_of[num_id] = f"num-{num_id}"
            for level, element in levels.items():
                self._starts.setdefault((num_id, level), _whole(self._value(element, "start"), 1))
            self._levels[num_id] = levels

    def _value(self, parent: Any, tag: str) -> str:
        child = parent.find(self._qn(f"w:{tag}")) if parent is not None else None
        return str(child.get(self._qn("w:val")) or "") if child is not None else ""


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def number_in(kind: str, value: int) -> str:
    """A count in the form that Word names `kind`."""
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value > 0 else ""
        return letter.upper() if kind == "upperLetter" else letter
    if kind in {"lowerRoman", "upperRoman"}:
        written = ""
        for size, sign in _ROMAN:
            while value >= size:
                written += sign
                value -= size
        return written.upper() if kind == "upperRoman" else written
    return f"{value:02d}" if kind == "decimalZero" else str(value)
