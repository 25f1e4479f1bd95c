"""The quota of each unit by the plan's rule, with its arithmetic; what looks wrong by an order of magnitude is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from tracker.rules.method import Method
from tracker.rules.sampling import Size, quota_of_unit
from tracker.rules.states import QuotaKind
from tracker.wording import number, sentence

#: Kinds that are worked out of the number of files.
BY_FILES = frozenset({QuotaKind.BANDS, QuotaKind.YAMANE, QuotaKind.COCHRAN, QuotaKind.CENSUS})

#: A unit whose files are so many times more, or fewer, than the middle of its group was probably mistyped.
OUT_OF_SCALE = 20


@dataclass(frozen=True)
class UnitQuota:
    """What the quota of a unit is made of."""

    group: str = ""
    files: int | None = None
    services: int | None = None  #: of the unit itself, where not the rule's


def quota_of(method: Method, unit: UnitQuota) -> Size:
    """The unit's quota and how it came about; without a quota while the number of files is not known."""
    rule = method.of_group(unit.group).quota
    if rule.kind is QuotaKind.PRODUCT and unit.services is not None:
        rule = replace(rule, services=unit.services)
    if rule.kind in BY_FILES and unit.files is None:
        return Size(None, "Chưa ghi số hồ sơ trong năm.")
    return quota_of_unit(rule, files=unit.files)


def out_of_scale(units: Sequence[tuple[str, UnitQuota]]) -> list[str]:
    """A sentence for each unit whose number of files does not look like its group's. (name, basis) in the order of the plan."""
    found = []
    for group in dict.fromkeys(unit.group for _, unit in units):
        known = [(name, unit.files) for name, unit in units if unit.group == group and unit.files]
        if len(known) < 3:
            continue
        middle = median(files for _, files in known)
        for name, files in known:
            if files > middle * OUT_OF_SCALE or files * OUT_OF_SCALE < middle:
                found.append(sentence("files_out_of_scale", unit=name, files=number(files), middle=number(round(middle))))
    return found
