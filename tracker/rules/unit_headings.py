"""Headings of a list of units: the names by which a column is known, in Vietnamese and English, with or without accents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tracker.wording import search_key

#: What the columns are called in sentences and in the sample file, in its order.
COLUMNS = {
    "name": "đơn vị",
    "group": "khối",
    "contact": "đầu mối",
    "position": "chức vụ đầu mối",
    "email": "thư điện tử",
    "phone": "điện thoại",
    "contact2": "đầu mối 2",
    "position2": "chức vụ đầu mối 2",
    "email2": "thư điện tử 2",
    "phone2": "điện thoại 2",
    "head": "lãnh đạo",
    "head_position": "chức vụ",
    "head_email": "thư lãnh đạo",
}

#: search_key of a heading -> column. A trailing "1" and everything in brackets are dropped first.
_HEADINGS = {
    "name": "don vi|ten don vi|co quan|ten co quan|co quan don vi|don vi duoc khao sat|ten|name|unit|unit name",
    "group": "khoi|khoi don vi|nhom|nhom don vi|loai|loai don vi|group|unit group",
    "contact": (
        "dau moi|ten dau moi|ho ten dau moi|ho va ten dau moi|dau moi chinh|nguoi lien he|can bo dau moi|"
        "contact|contact name|contacts"
    ),
    "email": "thu dau moi|thu dien tu dau moi|email dau moi|contact email|contact mail|contact e mail",
    "phone": "dien thoai dau moi|so dien thoai dau moi|sdt dau moi|contact phone",
    "position": "chuc vu dau moi|contact position",
    "contact2": (
        "dau moi 2|ten dau moi 2|dau moi thu hai|dau moi thu 2|nguoi lien he 2|contact 2|contact2|"
        "contact2 name|contact name 2|second contact"
    ),
    "email2": (
        "thu dien tu 2|thu dau moi 2|thu dien tu dau moi 2|thu 2|email 2|email2|e mail 2|contact2 email|"
        "contact 2 email|contact email 2|contact email2"
    ),
    "phone2": "dien thoai 2|so dien thoai 2|dien thoai dau moi 2|phone 2|phone2|contact2 phone",
    "position2": "chuc vu 2|chuc vu dau moi 2|contact2 position",
    "head": (
        "lanh dao|thu truong|ten lanh dao|ho ten lanh dao|ho va ten lanh dao|ho ten thu truong|"
        "nguoi dung dau|lanh dao phu trach|head|head name|leader"
    ),
    "head_position": "chuc vu lanh dao|chuc vu thu truong|chuc danh lanh dao|head position|head title|position of head",
    "head_email": (
        "thu lanh dao|thu dien tu lanh dao|email lanh dao|thu thu truong|thu dien tu thu truong|"
        "email thu truong|head email|head e mail|head s email|head s e mail|head mail|leader email"
    ),
}  # fmt: skip
_COLUMN_OF = {heading: column for column, headings in _HEADINGS.items() for heading in headings.split("|")}

#: Headings that take their meaning from the person before them.
_OF_THE_PERSON_BEFORE = {
    "email": "thu dien tu|thu|email|e mail|mail|dia chi thu|dia chi thu dien tu|dia chi email|hop thu",
    "phone": "dien thoai|so dien thoai|sdt|so dt|di dong|phone|mobile|telephone",
    "position": "chuc vu|chuc danh|position|title",
}
_ASPECT_OF = {heading: aspect for aspect, headings in _OF_THE_PERSON_BEFORE.items() for heading in headings.split("|")}
_OF_PERSON = {
    "contact": {"email": "email", "phone": "phone", "position": "position"},
    "contact2": {"email": "email2", "phone": "phone2", "position": "position2"},
    "head": {"email": "head_email", "position": "head_position"},
}

#: Columns without which nobody could be written to; a second person or a head is asked for whole or not at all.
_REQUIRED = ("name", "group", "contact", "email")
_PAIRS = (("contact2", "email2"), ("head", "head_email"))


def columns_of(headings: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Position -> column, and the headings that are not used. The first column of a name wins."""
    columns: dict[int, str] = {}
    ignored: list[str] = []
    person = "contact"
    for position, heading in enumerate(headings):
        key = _heading_key(heading)
        column = _COLUMN_OF.get(key)
        if column == "contact" and column in columns.values():
            column = "contact2"  # "đầu mối" written twice: the second is the second person
        if column is None and key in _ASPECT_OF:
            column = _OF_PERSON[person].get(_ASPECT_OF[key])
        if column is None or column in columns.values():
            if heading.strip():
                ignored.append(heading.strip())
            continue
        if column in _OF_PERSON:
            person = column
        columns[position] = column
    return columns, ignored


def _heading_key(heading: str) -> str:
    plain = re.sub(r"\(.*?\)|\[.*?\]", " ", heading)
    words = re.sub(r"[^a-z0-9]+", " ", search_key(plain)).split()
    if words and words[-1] == "1":
        words = words[:-1]
    key = " ".join(words)
    return re.sub(r"^(contact|email|phone) ?1\b", r"\1", key)


def missing_columns(columns: Mapping[int, str]) -> list[str]:
    """The columns a list cannot do without that are not there: a second person or a head is asked for whole or not at all."""
    found = set(columns.values())
    missing = [c for c in _REQUIRED if c not in found]
    missing += [email for person, email in _PAIRS if person in found and email not in found]
    if "email2" in found and "contact2" not in found:
        missing.append("contact2")
    return missing
