"""Lists of work under headings, each with labelled lines: Chủ trì, Phối hợp, Thời gian (layout 6 of the description)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.rules.drafts.cells import is_only_time, looks_like_owner, looks_like_time
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.labels import Field, Label, find_labels
from tracker.rules.drafts.marks import one_line
from tracker.rules.drafts.outline import BULLET_RANK, Paragraph, is_closing
from tracker.rules.drafts.owners import strip_opening
from tracker.rules.parsed import Place


@dataclass
class _Group:
    """A piece of work: the paragraphs before its labels, and what the labels say."""

    pending: list[Paragraph]
    values: dict[Field, list[str]] = field(default_factory=dict)
    places: dict[Field, Place] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    open_field: Field | None = None
    office: str = ""
    office_place: Place | None = None
    section: str = ""

    def add(self, which: Field, text: str, place: Place, words: str = "") -> None:
        text = text.strip(" .;,")
        if which is Field.OTHER:
            self.extra.append((words, text))
            return
        self.places.setdefault(which, place)
        if text:
            self.values.setdefault(which, []).append(text)
        else:
            self.values.setdefault(which, [])

    def __bool__(self) -> bool:
        return any(which in self.values for which in (Field.LEAD, Field.HELP, Field.TIME))


def works_from_labels(body: Sequence[Paragraph]) -> list[Work]:
    """The pieces of work of a labelled list in reading order; empty when the text holds no such list."""
    groups = _groups(body)
    if not _is_list(groups):
        return []
    bullets_are_work = any(len(group.pending) == 1 and group.pending[0].bullet for group in groups)
    ranks = Counter(rank for group in groups if (rank := _title_rank(group)) is not None)
    usual = ranks.most_common(1)[0][0] if ranks else None
    works: list[Work] = []
    for group in groups:
        works.extend(_works(group, bullets_are_work=bullets_are_work, usual=usual))
    return works


def _is_list(groups: Sequence[_Group]) -> bool:
    """Two pieces of work, or one that has both an owner and a time."""
    owned = [group for group in groups if Field.LEAD in group.values or Field.HELP in group.values]
    timed = [group for group in groups if Field.TIME in group.values]
    both = [group for group in owned if Field.TIME in group.values]
    return bool(both) or len(owned) >= 2 or len(timed) >= 2


def _groups(body: Sequence[Paragraph]) -> list[_Group]:
    groups: list[_Group] = []
    office: Paragraph | None = None
    section: Paragraph | None = None

    def fresh() -> _Group:
        known = _Group([], section=section.text if section else "")
        if office is not None:
            known.office, known.office_place = strip_opening(office.text).strip(" :."), office.place
        return known

    group = fresh()
    for paragraph in body:
        if paragraph.is_section:
            section = paragraph
            office = None
        labels = find_labels(paragraph.text)
        if not labels:
            if _takes(group, paragraph):
                continue
            if group:
                groups.append(group)
                group = fresh()
            if paragraph.number is None and is_closing(paragraph.text):
                group = fresh()
                continue
            if _is_office_heading(paragraph):
                office = paragraph
                group = fresh()
                continue
            if paragraph.is_section:
                group = fresh()
            group.pending.append(paragraph)
            continue
        head = paragraph.text[: labels[0].start].strip(" (-–:;,.[")
        only_other = all(label.field is Field.OTHER for label in labels)
        if only_other and not group and not head:
            if group.pending:
                group.pending.append(paragraph)
            continue
        begins = bool(head) or (labels[0].field is Field.CONTENT and bool(group))
        begins = begins or (bool(group) and not paragraph.bullet and _is_beside(group, paragraph))
        if begins and group:
            groups.append(group)
            group = fresh()
        if head:
            group.pending.append(Paragraph(head, paragraph.block, paragraph.number, paragraph.bullet, paragraph.rank))
        elif begins and paragraph.number is not None:
            group.pending.append(Paragraph("", paragraph.block, paragraph.number, paragraph.bullet, paragraph.rank))
        _read_labels(group, paragraph, labels)
    if group:
        groups.append(group)
    return groups


def _is_beside(group: _Group, paragraph: Paragraph) -> bool:
    """A numbered line with labels that stands beside the work above, not under it as "a) Đơn vị chủ trì: …" does."""
    ranks = [p.rank for p in group.pending if p.number is not None]
    return paragraph.number is not None and (not ranks or paragraph.rank <= ranks[-1])


def _takes(group: _Group, paragraph: Paragraph) -> bool:
    """Lines without a label that still belong to the labels above: values under an empty label, and a time on its own line."""
    if paragraph.is_section:
        return False
    bare = paragraph.text.strip(" ().;[]")
    if group.open_field is not None:
        suits = looks_like_owner(bare) if group.open_field in (Field.LEAD, Field.HELP) else looks_like_time(bare)
        if suits and paragraph.number is None:
            group.add(group.open_field, bare, paragraph.place)
            return True
        group.open_field = None
    open_work = bool(group) or (bool(group.pending) and not group.pending[-1].is_section)
    if open_work and is_only_time(bare) and paragraph.number is None and Field.TIME not in group.values:
        group.add(Field.TIME, bare, paragraph.place)
        return True
    return False


def _read_labels(group: _Group, paragraph: Paragraph, labels: Sequence[Label]) -> None:
    for label, after in zip(labels, [*labels[1:], None], strict=True):
        value = paragraph.text[label.end : after.start if after else len(paragraph.text)].strip(" .;,)]-–|")
        group.add(label.field, value, Place(paragraph.block, words=value or label.words), label.words)
        group.open_field = label.field if not value and label.field is not Field.OTHER else None


def _is_office_heading(paragraph: Paragraph) -> bool:
    text = strip_opening(paragraph.text).strip(" :.")
    return (
        paragraph.number is not None
        and not paragraph.is_section
        and looks_like_owner(text)
        and len(text) <= 120
        and ":" not in text[:-1]
        and "," not in text
    )


def _title_rank(group: _Group) -> int | None:
    marked = [p for p in group.pending if p.number is not None and not p.is_section and not p.bullet]
    return marked[-1].rank if marked else None


def _works(group: _Group, *, bullets_are_work: bool, usual: int | None) -> list[Work]:
    pending = list(group.pending)
    while any(p.is_section for p in pending):
        cut = max(i for i, p in enumerate(pending) if p.is_section)
        if cut == len(pending) - 1:
            break
        pending = pending[cut + 1 :]
    content = "\n".join(group.values.get(Field.CONTENT, []))
    if not pending:
        return [_work(group, None, content, "")] if content else []
    numbered = [i for i, p in enumerate(pending) if p.number is not None and not p.bullet]
    trailing = len(pending)
    while trailing and pending[trailing - 1].bullet:
        trailing -= 1
    before: list[Work] = []
    if pending[trailing:] and (bullets_are_work or not numbered):
        title, details = pending[trailing:][-1], pending[trailing:][:-1]
        above = pending[:trailing]
        section = above[-1].text if above else ""
        if details:
            before = [_bare(p, section) for p in details] if bullets_are_work else []
            text = title.text if bullets_are_work else "\n".join([*(p.text for p in details), title.text])
        else:
            text = title.text
    elif numbered:
        at = numbered[-1]
        title = pending[at]
        details = pending[at + 1 :]
        text = "\n".join([title.text, *(f"- {p.text}" if p.bullet else p.text for p in details)]).strip("\n")
        same = [pending[i] for i in numbered[:-1] if pending[i].rank == title.rank and usual == title.rank]
        section = next((pending[i].text for i in reversed(numbered[:-1]) if pending[i].rank < title.rank), "")
        before = [_bare(p, section) for p in same if not p.is_section]
    else:
        title = pending[-1]
        text, section = title.text, ""
    if content:
        label_title = text.strip()
        text = f"{label_title}\n{content}" if label_title and one_line(label_title) not in one_line(content) else content
    return [*before, _work(group, title, text, section)]


def _bare(paragraph: Paragraph, section: str) -> Work:
    """Work that stands among the others and has no label of its own."""
    return Work(
        no=paragraph.number.text if paragraph.number else "",
        content=paragraph.text.strip(" ;."),
        section=section,
        place=paragraph.place,
    )


def _work(group: _Group, title: Paragraph | None, text: str, section: str) -> Work:
    lead = "\n".join(group.values.get(Field.LEAD, []))
    return Work(
        no=title.number.text if title is not None and title.number else "",
        content=text.strip(" ;.:"),
        lead=lead or group.office,
        helping="\n".join(group.values.get(Field.HELP, [])),
        time=" ".join(group.values.get(Field.TIME, [])),
        section=section or group.section,
        extra=tuple(group.extra),
        place=title.place if title is not None else group.places.get(Field.CONTENT),
        time_place=group.places.get(Field.TIME),
        lead_place=group.places.get(Field.LEAD) or group.office_place,
    )


__all__ = ["BULLET_RANK", "works_from_labels"]
