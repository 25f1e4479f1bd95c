"""A strict reader of iCalendar lines, written from RFC 5545 alone: the tests' second opinion on what we write.

It refuses what the RFC forbids - bare line feeds, lines over 75 octets, a folded UTF-8 character, unescaped commas in a
text, a property that must stand once and does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

_TEXTS = {"SUMMARY", "DESCRIPTION", "UID", "STATUS", "TRANSP", "PRODID", "VERSION", "NAME", "X-WR-CALNAME"}
_ONCE_IN_EVENT = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "LAST-MODIFIED", "URL")
_ONCE_IN_TODO = ("UID", "DTSTAMP", "DUE", "SUMMARY", "SEQUENCE", "STATUS", "LAST-MODIFIED", "URL")
_ONCE_IN_ALARM = ("ACTION", "TRIGGER", "DESCRIPTION")
_ONCE_IN_CALENDAR = ("VERSION", "PRODID")


class Malformed(AssertionError):
    """The text is not iCalendar."""


@dataclass
class Component:
    kind: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)  #: name, parameters, raw value
    children: list[Component] = field(default_factory=list)

    def raw(self, name: str) -> str:
        found = [value for key, _, value in self.properties if key == name]
        if len(found) != 1:
            raise Malformed(f"{name} stands {len(found)} times in {self.kind}")
        return found[0]

    def has(self, name: str) -> bool:
        return any(key == name for key, _, _ in self.properties)

    def text(self, name: str) -> str:
        return _unescaped(self.raw(name))

    def day(self, name: str) -> date:
        day = datetime.strptime(self.raw(name), "%Y%m%d").date()
        if (name, ";VALUE=DATE") not in [(key, parameters) for key, parameters, _ in self.properties]:
            raise Malformed(f"{name} is a day and does not say so: without VALUE=DATE it would be a moment")
        return day

    def moment(self, name: str) -> datetime:
        return datetime.strptime(self.raw(name) + "+0000", "%Y%m%dT%H%M%SZ%z")

    def last_day(self) -> date:
        """DTEND is the first day that is not in it."""
        return self.day("DTEND") - timedelta(days=1)


def read(content: bytes) -> Component:
    """The VCALENDAR of a file. Raises Malformed."""
    if not content.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", content):
        raise Malformed("lines do not all end in CRLF")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        if len(line) > 75:
            raise Malformed(f"{len(line)} octets in {line!r}")
        line.decode()  # a character torn apart by folding is no UTF-8
    logical: list[bytes] = []
    for line in physical:
        if line.startswith(b" "):
            logical[-1] += line[1:]
        else:
            logical.append(line)
    return _tree([line.decode() for line in logical])


def _tree(lines: list[str]) -> Component:
    root = Component("")
    open_components = [root]
    for line in lines:
        found = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        if not found:
            raise Malformed(f"no property: {line!r}")
        name, parameters, value = found.groups()
        if name == "BEGIN":
            component = Component(value)
            open_components[-1].children.append(component)
            open_components.append(component)
        elif name == "END":
            if open_components.pop().kind != value:
                raise Malformed(f"END:{value} closes another component")
        else:
            if name in _TEXTS:
                _unescaped(value)
            open_components[-1].properties.append((name, parameters, value))
    if len(open_components) != 1 or [c.kind for c in root.children] != ["VCALENDAR"]:
        raise Malformed("not one whole VCALENDAR")
    calendar = root.children[0]
    for name in _ONCE_IN_CALENDAR:
        calendar.raw(name)
    for component in calendar.children:
        for name in {"VEVENT": _ONCE_IN_EVENT, "VTODO": _ONCE_IN_TODO}[component.kind]:
            component.raw(name)
        for alarm in component.children:
            for name in _ONCE_IN_ALARM:
                alarm.raw(name)
    return calendar


def _unescaped(value: str) -> str:
    if not re.fullmatch(r"(?:[^\\,;]|\\[\\,;nN])*", value):
        raise Malformed(f"not escaped: {value!r}")
    return re.sub(r"\\([\\,;nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)
