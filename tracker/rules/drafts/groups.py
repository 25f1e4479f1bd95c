"""The surveyed units and their quotas: groups, number of units, number of ballots, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.groups_clauses import Findings, Stated, read_clause
from tracker.rules.drafts.groups_labels import group_key, is_generic, label
from tracker.rules.drafts.groups_tables import QuotaTable
from tracker.rules.parsed import ParsedGroup, Place

_CLAUSE = re.compile(r"[^;\n]+?(?:;|\n|(?<=[^\d\s])\.\s+(?=[A-ZĐÀ-Ỹ+-])|$)")
_HEADING = re.compile(r"^(?!\s*[-–+•*])\W*(?:[IVX]+\s*[.)]|\d+(?:\.\d+)*[.)]\s?|\d+\.\d+\s|[a-zđ]\s*[.)]|[A-Z]\.)\s*\S|:$")
_LONGEST_HEADING = 200
#: Characters before a clause that may say what it counts.
_CONTEXT = 400


@dataclass(frozen=True)
class Quotas:
    groups: tuple[ParsedGroup, ...] = ()
    units: int | None = None
    ballots: int | None = None
    units_stated: Stated | None = None
    ballots_stated: Stated | None = None
    #: A product whose stated result is another: (group, computed, stated, place).
    wrong_products: tuple[tuple[str, int, int, Place], ...] = ()


def read_quotas(passages: Sequence[Passage], table: QuotaTable | None = None) -> Quotas:
    """Groups with units and ballots, and the totals. `table` stands in where no sentence gives a group its quota."""
    found = Findings()
    heading = section = ""
    for passage in passages:
        if _HEADING.search(passage.text) and len(passage.text) < _LONGEST_HEADING and not passage.in_table:
            section = passage.text if re.match(r"^[^\w+–-]*[IVX\d]", passage.text) else section
            heading = passage.text
        for clause in _CLAUSE.finditer(passage.text):
            context = f"{section} {heading} {passage.text[max(clause.end() - _CONTEXT, 0) : clause.end()]}"
            read_clause(clause.group(), passage, clause.start(), heading, context, found)
    if table is not None and not any(group.ballots or group.ballots_each for group in found.groups):
        found.groups = list(table.groups)
        if table.ballots is not None:
            found.ballots.append(Stated(table.ballots, table.place, strong=True))
        if table.units is not None:
            found.units.append(Stated(table.units, table.place, strong=True))
    return _settled(found)


def _merged(groups: Iterable[ParsedGroup]) -> list[ParsedGroup]:
    """One group a name: units from one sentence, quota from another."""
    merged: dict[str, ParsedGroup] = {}
    for group in groups:
        key = group_key(group.name)
        known = merged.get(key)
        if known is None:
            merged[key] = group
        elif known.ballots_each is None and known.ballots is None:
            merged[key] = replace(group, name=known.name, units=group.units if group.units is not None else known.units)
        else:
            merged[key] = replace(
                known,
                units=known.units if known.units is not None else group.units,
                ballots_each=known.ballots_each if known.ballots_each is not None else group.ballots_each,
                ballots=known.ballots if known.ballots is not None else group.ballots,
            )
    return [_completed(group) for group in merged.values()]


def _completed(group: ParsedGroup) -> ParsedGroup:
    if group.ballots is None and group.units is not None and group.ballots_each is not None:
        return replace(group, ballots=group.units * group.ballots_each)
    return group


def _settled(found: Findings) -> Quotas:
    """The groups that are kept, and the totals: stated, else summed where every group has its figure."""
    groups = _merged(found.groups)
    ballots_stated = next((total for total in found.ballots if total.strong), None)
    if ballots_stated is None and found.ballots:
        ballots_stated, groups = _one_of_several(found.ballots, groups)
    units_stated = next((total for total in found.units if total.strong), found.units[0] if found.units else None)
    named = [group for group in groups if group.name]
    with_quota = [group for group in named if group.ballots is not None or group.ballots_each is not None]
    kept = _shared_out(with_quota, named) or with_quota or named
    return Quotas(
        tuple(kept),
        units_stated.value if units_stated else _sum([group.units for group in kept]),
        ballots_stated.value if ballots_stated else _sum([group.ballots for group in kept]),
        units_stated,
        ballots_stated,
        tuple(found.wrong_products),
    )


def _one_of_several(totals: Sequence[Stated], groups: list[ParsedGroup]) -> tuple[Stated | None, list[ParsedGroup]]:
    """Which of several plain totals is the whole plan's; none, when each stands under a heading of its own."""
    values = {total.value for total in totals}
    biggest = max(totals, key=lambda total: total.value)
    if len(values) == 1 or groups:
        return totals[0], groups
    if sum(values) == 2 * biggest.value:
        return biggest, groups
    return None, _merged([*groups, *(ParsedGroup(label("", "", t.heading), ballots=t.value, place=t.place) for t in totals)])


def _shared_out(with_quota: Sequence[ParsedGroup], named: Sequence[ParsedGroup]) -> list[ParsedGroup]:
    """Words such as "27 đơn vị x 30 phiếu" under a list of groups with 27 units together: the quota is that of each group."""
    rest = [group for group in named if group not in with_quota and group.units is not None]
    if len(with_quota) != 1 or not rest or not is_generic(with_quota[0].name):
        return []
    quota = with_quota[0]
    if quota.ballots_each is None or sum(group.units or 0 for group in rest) != quota.units:
        return []
    return [_completed(replace(group, ballots_each=quota.ballots_each)) for group in rest]


def _sum(figures: Sequence[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known and len(known) == len(figures) else None
