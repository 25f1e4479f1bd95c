"""Doubts about rows: numbering, owners, rows without a time, rows that say the same, units that a stage chooses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

from tracker.rules.drafts.doubts_dates import label, labels
from tracker.rules.parsed import Doubt, ParsedStage, PlanFacts, Timeline
from tracker.rules.states import Scope, TimeKind
from tracker.wording import list_names, search_key, sentence

#: More rows than these with the same want share one sentence.
_FEW = 3
_ALIKE = 0.88
_LONGEST_COMPARED = 400
_CHOOSES_UNITS = re.compile(
    r"\b(?:lap danh sach|chon|lua chon|xac dinh danh sach)\b[^.;]{0,60}?\b(?:don vi|co quan|xa|phuong|thi tran|ubnd|dia ban|"
    r"truong|tram)\b[^.;]{0,80}"
    r"(?:duoc chon|de (?:tien hanh )?(?:dieu tra|khao sat)|khao sat|dieu tra)"
)
_CHOOSES_PEOPLE = re.compile(r"\b(?:nguoi dan|khach hang|to chuc, ca nhan|ca nhan|doanh nghiep|mau phieu|phieu)\b")


def row_doubts(facts: PlanFacts, timeline: Timeline, known_units: Collection[str] | None) -> list[Doubt]:
    """Doubts of the rows of a timeline, and of duties that carry no date."""
    stages = timeline.stages
    return [
        *_numbering(stages),
        *_missing(stages, "time_missing", lambda stage: stage.time.kind is TimeKind.UNDATED and not stage.time.doubts),
        *_missing(stages, "owner_missing", lambda stage: not stage.lead),
        *_undated_duties(timeline.duties),
        *_alike(stages),
        *_owner_groups(facts, [*stages, *timeline.duties]),
        *_unknown_owners([*stages, *timeline.duties], known_units),
        *_unit_counts(facts, known_units),
        *_chosen_later(facts, stages),
    ]


def _numbering(stages: Sequence[ParsedStage]) -> Iterator[Doubt]:
    """Row numbers that jump, fall back or come twice. They may start again in each section, or run on.

    Work under an office's own heading is numbered as the heading is: not every heading holds work.
    """
    last: int | None = None
    section = ""
    numbers: list[str] = []
    first_bad: ParsedStage | None = None
    for stage in stages:
        match = re.fullmatch(r"\W*0*(\d{1,3})\W*", stage.no)
        if match is None or (stage.lead and stage.section.startswith(stage.lead[0])):
            continue
        number = int(match[1])
        starts_again = number == 1 and (stage.section != section or last is None)
        if last is not None and number != last + 1 and not starts_again:
            first_bad = first_bad or stage
        numbers.append(str(number))
        last, section = number, stage.section
    if first_bad is not None:
        yield Doubt("number_restarts", sentence("number_restarts", list=", ".join(numbers)), first_bad.place, first_bad.position)


def _missing(stages: Sequence[ParsedStage], key: str, wanting: Callable[[ParsedStage], bool]) -> Iterator[Doubt]:
    rows = [stage for stage in stages if wanting(stage)]
    if len(rows) > _FEW:
        yield Doubt(key, sentence(key, no=labels(rows, stages)), rows[0].place)
        return
    for stage in rows:
        yield Doubt(key, sentence(key, no=label(stage, stages)), stage.place, stage.position)


def _undated_duties(duties: Sequence[ParsedStage]) -> Iterator[Doubt]:
    undated = [duty for duty in duties if duty.time.kind is TimeKind.UNDATED]
    if undated:
        yield Doubt("duties_undated", sentence("duties_undated", n=len(undated)), undated[0].place)


def _alike(stages: Sequence[ParsedStage]) -> Iterator[Doubt]:
    """Rows of one lead whose words are nearly the same; each row is named once.

    The same words with other figures or times (đợt 1, đợt 2) are two pieces of work: only rows with the same lead and
    figures are compared at all, so that a plan of hundreds of rows stays quick to look at.
    """
    kin: defaultdict[tuple[tuple[str, ...], tuple[str, ...]], list[_Words]] = defaultdict(list)
    for stage in stages:
        key = search_key(stage.content)[:_LONGEST_COMPARED]
        if key:
            kin[stage.lead, tuple(re.findall(r"\d+", key))].append(_Words(stage, key, frozenset(key.split())))
    found: dict[int, tuple[ParsedStage, ParsedStage]] = {}
    for rows in kin.values():
        for one, other in combinations(rows, 2):
            if other.stage.position not in found and _near(one, other):
                found[other.stage.position] = (one.stage, other.stage)
    for a, b in sorted(found.values(), key=lambda pair: (pair[0].position, pair[1].position)):
        words = sentence("stages_alike", a=label(a, stages), b=label(b, stages))
        yield Doubt("stages_alike", words, b.place, b.position)


class _Words(NamedTuple):
    stage: ParsedStage
    key: str
    words: frozenset[str]


def _near(one: _Words, other: _Words) -> bool:
    if one.key == other.key:
        return True
    if min(len(one.key), len(other.key)) < 0.75 * max(len(one.key), len(other.key)):
        return False
    if len(one.words & other.words) < 0.8 * len(one.words | other.words):
        return False
    return SequenceMatcher(None, one.key, other.key, autojunk=False).ratio() >= _ALIKE


def _owner_groups(facts: PlanFacts, stages: Sequence[ParsedStage]) -> Iterator[Doubt]:
    """Owners that stand for each surveyed unit."""
    seen: set[str] = set()
    for stage in stages:
        if stage.scope is not Scope.EACH_UNIT or not stage.lead:
            continue
        name = "; ".join(stage.lead)
        if search_key(name) in seen:
            continue
        seen.add(search_key(name))
        place = stage.lead_place or stage.place
        own = [group for group in facts.groups if search_key(group.name) in search_key(name)]
        groups = own or list(facts.groups)
        units = sum(group.units or 0 for group in own) if own and all(group.units for group in own) else facts.units
        if units and groups:
            words = sentence("owner_group", name=name, n=units, group=list_names([group.name for group in groups], "khối"))
            yield Doubt("owner_group", words, place, stage.position)
        else:
            yield Doubt("owner_group_open", sentence("owner_group_open", name=name), place, stage.position)


def _unknown_owners(stages: Sequence[ParsedStage], known_units: Collection[str] | None) -> Iterator[Doubt]:
    if known_units is None:
        return
    known = {_owner_key(name) for name in known_units}
    seen: set[str] = set()
    for stage in stages:
        if stage.scope is Scope.EACH_UNIT:
            continue
        for name in stage.lead:
            key = _owner_key(name)
            if key not in known and key not in seen:
                seen.add(key)
                yield Doubt(
                    "owner_unknown", sentence("owner_unknown", name=name), stage.lead_place or stage.place, stage.position
                )


def _unit_counts(facts: PlanFacts, known_units: Collection[str] | None) -> Iterator[Doubt]:
    """The number of units a plan states against the directory's, where the directory knows units of every group."""
    if known_units is None or facts.units is None or not facts.groups:
        return
    keys = [_owner_key(name) for name in known_units]
    counts = [sum(1 for key in keys if key.startswith(_heads(group.name))) for group in facts.groups]
    if all(counts) and sum(counts) != facts.units:
        yield Doubt("units_differ", sentence("units_differ", stated=facts.units, found=sum(counts)), facts.places.get("units"))


def _heads(group: str) -> tuple[str, ...]:
    """What the names of a group's units begin with: "UBND xã, phường" gives "ubnd xa" and "ubnd phuong"."""
    parts = [
        _owner_key(re.sub(r"^(?:các|khối)\s+", "", part.strip(), flags=re.IGNORECASE)) for part in re.split(r",|\bvà\b|;", group)
    ]
    parts = [part for part in parts if part]
    before = parts[0].rsplit(" ", 1)[0] if parts and " " in parts[0] else ""
    return tuple(
        f"{part if index == 0 or ' ' in part or not before else f'{before} {part}'} " for index, part in enumerate(parts)
    )


def _owner_key(name: str) -> str:
    return re.sub(r"\W+", " ", search_key(name).replace("uy ban nhan dan", "ubnd")).strip()


def _chosen_later(facts: PlanFacts, stages: Sequence[ParsedStage]) -> Iterator[Doubt]:
    """A stage whose result names the units of a later one: they are not known when the plan starts."""
    for stage in stages:
        content = search_key(stage.content)
        match = _CHOOSES_UNITS.search(content)
        if match is None or _CHOOSES_PEOPLE.search(match.group()):
            continue
        # The level it chooses from ("xã", "trường") stands in the name of its group; the last, lowest group is the one chosen.
        levels = {"xa", "phuong", "huyen", "quan", "truong", "tram"} & set(re.findall(r"\w+", match.group()))
        matching = [group.name for group in facts.groups if levels & set(re.findall(r"\w+", search_key(group.name)))]
        group = matching[-1] if matching else "được khảo sát"
        words = sentence("units_chosen_later", group=group, stage=label(stage, stages))
        yield Doubt("units_chosen_later", words, stage.place, stage.position)
        return
