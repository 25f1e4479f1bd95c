"""Whether a stage is one task, or one task for each surveyed unit.

A stage is done by each unit when its leads are the surveyed units themselves, named as a group:
- by the plan's own words for them: "tại mục II Kế hoạch này", "được khảo sát", "thuộc đối tượng khảo sát";
- by the name of one of its groups ("UBND các phường", "các Trạm Y tế"), or, where the plan counts no groups, by a group of
  offices that stand below the one that signs (communes, stations, schools, "các cơ quan, đơn vị");
- as nobody's name: "cơ quan được phân công chủ trì khảo sát" is, in each unit, the one that was assigned.

It is done once when a single office leads, also beside a group; when people or parts of one office lead ("các công chức");
when the plan has one unit; and when the work is to choose or to list the units: before it is done they are not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.rules.drafts.marks import key_of
from tracker.rules.drafts.offices import fold
from tracker.rules.parsed import PlanFacts
from tracker.rules.states import Scope, WorkKind

_BY_REFERENCE = re.compile(
    r"\b(?:tai|theo|neu tai) (?:muc|phan|diem|khoan|phu luc)\b|\bduoc (?:khao sat|dieu tra|danh gia|lay y kien|do luong|chon|"
    r"lua chon)\b|\b(?:thuoc|la) doi tuong (?:khao sat|duoc khao sat|dieu tra|danh gia)\b"
)
_ASSIGNED = re.compile(r"^(?:cac )?(?:co quan|don vi|bo phan)(?:,? (?:co quan|don vi))? duoc (?:phan cong|giao|chi dinh)\b")
_MANY = re.compile(r"\b(?:cac|nhung|tung|moi|toan bo|tat ca)\b")
_UNIT_WORD = (
    r"(?:ubnd|uy ban nhan dan|xa|phuong|thi tran|dac khu|huyen|quan|thi xa|thanh pho|tram y te|tram|truong(?! thon| phong| "
    r"ban)|truong hoc|benh vien|trung tam y te|"
    r"trung tam|co quan|don vi|dia phuong|so|nganh|co so)"
)
_UNITS = re.compile(
    rf"^(?:{_UNIT_WORD}\b.{{0,30}}?)?\b(?:cac|nhung|tung|moi|toan bo|tat ca)(?: cac)? {_UNIT_WORD}\b|^(?:thu truong|chu tich|"
    rf"giam doc|truong)(?: ubnd)? (?:cac|tung|moi) {_UNIT_WORD}\b|^(?:chu tich |thu truong )?(?:ubnd|uy ban nhan dan) (?:cac|"
    rf"cap|xa, phuong|phuong, xa)\b|^(?:ubnd|tram y te|tram) (?:xa|phuong|huyen)(?:,| va|/)"
)
_VAGUE = re.compile(r"\blien quan\b|\bkhac\b")
_PEOPLE = re.compile(
    r"^(?:cac )?(?:cong chuc|can bo|vien chuc|thanh vien|dieu tra vien|bo phan|phong|ban|to|nhom|doan|hoi|thon|ca nhan|nguoi)\b"
)
#: "Bộ phận Một cửa các xã": a part of each unit.
_OF_UNITS = re.compile(r"^(?:bo phan|cong chuc|can bo|to) .*\b(?:cac|tung|moi) (?:xa|phuong|thi tran|huyen|tram|don vi duoc)\b")
_CHOOSES = re.compile(
    r"\b(?:lap danh sach|chon|lua chon|xac dinh)\b[^.;]{0,30}\b(?:ubnd|uy ban nhan dan|don vi|co quan|xa|phuong|huyen|tram)\b"
)
_UNIT_WORK = (WorkKind.INFORMATION, WorkKind.FIELDWORK, WorkKind.RECHECK, WorkKind.DATA_ENTRY)


def scope_of(leads: Sequence[str], content: str, kind: WorkKind, facts: PlanFacts | None = None) -> Scope:
    """EACH_UNIT where every lead is a group of surveyed units (see above), else ONCE. A suggestion: a person can turn it."""
    if not leads or (facts is not None and facts.units == 1):
        return Scope.ONCE
    if _CHOOSES.search(key_of(content.split("\n", 1)[0])):
        return Scope.ONCE
    return Scope.EACH_UNIT if all(_is_group(lead, kind, facts) for lead in leads) else Scope.ONCE


def _is_group(lead: str, kind: WorkKind, facts: PlanFacts | None) -> bool:
    key = key_of(fold(lead))
    if _ASSIGNED.match(key):
        return kind in _UNIT_WORK
    many = _MANY.search(key) is not None
    if _BY_REFERENCE.search(key) and (many or _UNITS.match(key)):
        return True
    if facts is not None and any(_same_group(key, group.name) for group in facts.groups):
        return True
    if _OF_UNITS.search(key):
        return True
    if _PEOPLE.match(key) or _VAGUE.search(key):
        return False
    return _UNITS.match(key) is not None


def _same_group(lead: str, name: str) -> bool:
    """ "UBND các xã, phường" names the group "UBND xã, phường"; "Trạm Y tế" in a lead's plural names "Trạm Y tế"."""
    words = [word for word in re.findall(r"\w+", key_of(name)) if word not in {"cac", "khoi", "cap"}]
    found = re.findall(r"\w+", lead)
    return len(words) >= 2 and _MANY.search(lead) is not None and all(word in found for word in words)
