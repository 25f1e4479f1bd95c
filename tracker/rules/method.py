"""Cách khảo sát of a plan, as data: quota rule, questionnaire and target of each group, formula, recheck, second entry, minimums.

Set before fieldwork begins, frozen once a ballot is recorded. What no text read so far confirms is named by `UNVERIFIED`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tracker.rules import recheck, second_entry
from tracker.rules.parsed import PlanFacts
from tracker.rules.questionnaires import Problem
from tracker.rules.sampling import QuotaRule, bands_of_tiers, check_bands, rule_from_table, rule_to_table
from tracker.rules.satisfaction import Formula, Minimums
from tracker.rules.states import QuotaKind
from tracker.wording import search_key, sentence

RECHECK_PERCENT = 10
COMMUNE, STATION = "commune@1", "health-station@1"

#: Field -> what is ours or unread in it: the page and the report say so.
UNVERIFIED = {
    "recheck_threshold_percent": "Ngưỡng sai lệch lấy theo thông lệ điều tra, chưa đối chiếu văn bản.",
    "recheck_tries": "Số lần liên hệ lấy theo thông lệ điều tra, chưa đối chiếu văn bản.",
    "second_entry_percent": "Tỷ lệ nhập lần hai lấy theo thông lệ nhập liệu, chưa đối chiếu văn bản.",
    "second_entry_limit_percent": "Mức sai chấp nhận được của nhập liệu chưa đối chiếu văn bản.",
    "minimums": "Số phiếu ít nhất để công bố và xếp hạng chưa đối chiếu văn bản.",
}
UNVERIFIED_FORMULA = "Công thức “{title}” chưa đối chiếu văn bản."
UNVERIFIED_QUESTIONNAIRE = "Mẫu phiếu do phần mềm soạn theo các tiêu chí của Đề án, chưa đối chiếu văn bản."


class RecheckMode(StrEnum):
    ASK = "ask"  # the person is asked again
    DOCUMENT = "document"  # anonymous ballots: papers are compared, nobody can be asked


@dataclass(frozen=True)
class GroupMethod:
    """Of one group of units; the name is "" where the plan has no groups."""

    name: str = ""
    quota: QuotaRule = field(default_factory=lambda: QuotaRule(QuotaKind.OPEN))
    questionnaire: str = COMMUNE  #: code@version
    target_hundredths: int | None = None  #: 8400 for 84 %; None: the plan's


@dataclass(frozen=True)
class RecheckMethod:
    percent: int = RECHECK_PERCENT
    threshold_percent: Fraction = recheck.THRESHOLD_PERCENT
    mode: RecheckMode = RecheckMode.ASK
    tries: int = recheck.TRIES_NEEDED
    public_digits: bool = False  #: the draw waits for digits thrown by observers


@dataclass(frozen=True)
class SecondEntryMethod:
    percent: int = second_entry.PERCENT
    fewest: int = second_entry.FEWEST
    limit_percent: Fraction = second_entry.LIMIT_PERCENT


@dataclass(frozen=True)
class Method:
    groups: tuple[GroupMethod, ...] = (GroupMethod(),)
    formula: str = Formula.code  #: of seeds/formulas.toml
    target_hundredths: int | None = None
    recheck: RecheckMethod = RecheckMethod()
    second_entry: SecondEntryMethod = SecondEntryMethod()
    minimums: Minimums = field(default_factory=Minimums)

    def of_group(self, name: str) -> GroupMethod:
        """The method of a group; a group that nobody set is surveyed like the plan's first, without a quota of its own."""
        for group in self.groups:
            if group.name == name:
                return group
        first = self.groups[0]
        return first if not first.name else replace(first, name=name, quota=QuotaRule(QuotaKind.OPEN))

    def target_of(self, group: str) -> int | None:
        """In hundredths of a percent, the group's own or the plan's."""
        own = self.of_group(group).target_hundredths
        return self.target_hundredths if own is None else own

    @property
    def questionnaires(self) -> tuple[str, ...]:
        """All that are used, each once."""
        return tuple(dict.fromkeys(group.questionnaire for group in self.groups))

    def as_table(self) -> dict[str, Any]:
        """Every value, defaults too: a later default must not change a plan that began with another."""
        return {
            "groups": [
                {
                    "name": g.name,
                    "quota": rule_to_table(g.quota),
                    "questionnaire": g.questionnaire,
                    "target_hundredths": g.target_hundredths,
                }
                for g in self.groups
            ],
            "formula": self.formula,
            "target_hundredths": self.target_hundredths,
            "recheck": {
                "percent": self.recheck.percent,
                "threshold_percent": str(self.recheck.threshold_percent),
                "mode": self.recheck.mode.value,
                "tries": self.recheck.tries,
                "public_digits": self.recheck.public_digits,
            },
            "second_entry": {
                "percent": self.second_entry.percent,
                "fewest": self.second_entry.fewest,
                "limit_percent": str(self.second_entry.limit_percent),
            },
            "minimums": {"shown": self.minimums.shown, "ranked": self.minimums.ranked},
        }


def method_of_table(table: Mapping[str, Any]) -> Method:
    """What `Method.as_table` made; raises KeyError or ValueError for anything else. `{}` (plans from before) is all defaults."""
    if not table:
        return Method()
    again, entry, least = table["recheck"], table["second_entry"], table["minimums"]
    return Method(
        groups=tuple(
            GroupMethod(g["name"], rule_from_table(g["quota"]), g["questionnaire"], g["target_hundredths"])
            for g in table["groups"]
        ),
        formula=table["formula"],
        target_hundredths=table["target_hundredths"],
        recheck=RecheckMethod(
            again["percent"],
            Fraction(again["threshold_percent"]),
            RecheckMode(again["mode"]),
            again["tries"],
            again["public_digits"],
        ),
        second_entry=SecondEntryMethod(entry["percent"], entry["fewest"], Fraction(entry["limit_percent"])),
        minimums=Minimums(least["shown"], least["ranked"]),
    )


def default_method(
    *,
    group_names: Sequence[str] = (),
    quotas: Sequence[tuple[str, QuotaRule]] = (),
    recheck_percent: int | None = None,
    ballots: int | None = None,
    units: int = 0,
    questionnaire: str = "",
) -> Method:
    """The method of a plan out of its facts; what they do not say is the default of docs/cach-tinh.md.

    `questionnaire`: a code without its version, of the plan's template. A box that takes what comes holds anonymous ballots:
    papers are compared instead of asking again.
    """
    known = dict(quotas)
    common = known.get("")
    if common is None and not known and ballots and units and ballots % units == 0:
        common = QuotaRule(QuotaKind.FLAT, each=ballots // units)
    names = [name for name in dict.fromkeys(group_names) if name] or [""]
    groups = tuple(
        GroupMethod(name, known.get(name) or common or QuotaRule(QuotaKind.OPEN), _questionnaire(name, questionnaire))
        for name in names
    )
    anonymous = bool(known) and all(rule.kind is QuotaKind.OPEN for rule in known.values())
    return Method(
        groups=groups,
        recheck=RecheckMethod(
            percent=RECHECK_PERCENT if recheck_percent is None else recheck_percent,
            mode=RecheckMode.DOCUMENT if anonymous else RecheckMode.ASK,
        ),
    )


def quotas_of(facts: PlanFacts, groups: Sequence[tuple[str, int | None]] | None = None) -> tuple[tuple[str, QuotaRule], ...]:
    """The quota rules of a plan as it was read; `groups` are (name, ballots each) where a person corrected them."""
    found: dict[str, QuotaRule] = {}
    if facts.sample_tiers:
        with suppress(ValueError):  # bands with a gap are a doubt of the review: a person sets the rule
            found[""] = QuotaRule(QuotaKind.BANDS, bands=bands_of_tiers(facts.sample_tiers))
    elif "N" in facts.sample_formula:
        found[""] = QuotaRule(QuotaKind.YAMANE)
    read = {group.name: group for group in facts.groups}
    for name, each in groups if groups is not None else [(g.name, g.ballots_each) for g in facts.groups]:
        services = read[name].services if name in read else None
        if each and services and each % services == 0:
            found[name] = QuotaRule(QuotaKind.PRODUCT, services=services, each=each // services)
        elif each:
            found[name] = QuotaRule(QuotaKind.FLAT, each=each)
    return tuple(found.items())


def problems_of(method: Method, *, questionnaires: Collection[str], formulas: Collection[str]) -> tuple[Problem, ...]:
    """Why this method cannot be kept, a sentence for each field; `question` of a problem names the field."""
    problems: list[Problem] = []

    def between(name: str, label: str, value: int | Fraction, low: int, high: int) -> None:
        if not low <= value <= high:
            problems.append(_problem(name, "method_range", label=label, min=low, max=high))

    for place, group in enumerate(method.groups):
        problems += _of_group(group, place, questionnaires)
    if method.formula not in formulas:
        problems.append(_problem("formula", "formula_missing"))
    if method.target_hundredths is not None:
        between("target", "Chỉ tiêu hài lòng", Fraction(method.target_hundredths, 100), 0, 100)
    between("recheck_percent", "Tỷ lệ phúc tra", method.recheck.percent, 0, 100)
    between("recheck_threshold_percent", "Ngưỡng sai lệch", method.recheck.threshold_percent, 0, 100)
    between("recheck_tries", "Số lần liên hệ", method.recheck.tries, 1, 10)
    between("second_entry_percent", "Tỷ lệ nhập lần hai", method.second_entry.percent, 0, 100)
    between("second_entry_fewest", "Số phiếu nhập lần hai ít nhất", method.second_entry.fewest, 0, 1000)
    between("second_entry_limit_percent", "Mức sai chấp nhận", method.second_entry.limit_percent, 0, 100)
    between("minimum_shown", "Số phiếu ít nhất để nêu số liệu", method.minimums.shown, 1, 1000)
    between("minimum_ranked", "Số phiếu ít nhất để xếp hạng", method.minimums.ranked, 1, 1000)
    if method.minimums.ranked < method.minimums.shown:
        problems.append(_problem("minimum_ranked", "method_minimums"))
    return tuple(problems)


def unverified(method: Method, formula: Formula | None) -> tuple[str, ...]:
    """What the reader of a page or report must know to be unread or ours."""
    found = list(UNVERIFIED.values())
    if formula is not None and not formula.checked:
        found.insert(0, UNVERIFIED_FORMULA.format(title=formula.title))
    found.insert(0, UNVERIFIED_QUESTIONNAIRE)
    return tuple(found)


def _of_group(group: GroupMethod, place: int, questionnaires: Collection[str]) -> list[Problem]:
    problems = []
    rule = group.quota
    if rule.kind in (QuotaKind.FLAT, QuotaKind.PRODUCT) and not 1 <= rule.each <= 100_000:
        problems.append(_problem(f"each-{place}", "method_range", label="Số phiếu", min=1, max="100.000"))
    if rule.kind is QuotaKind.PRODUCT and not 1 <= rule.services <= 1000:
        problems.append(_problem(f"services-{place}", "method_range", label="Số dịch vụ", min=1, max="1.000"))
    if rule.kind in (QuotaKind.YAMANE, QuotaKind.COCHRAN) and not Fraction(1, 2) <= rule.error_percent <= 20:
        problems.append(_problem(f"error-{place}", "method_range", label="Sai số e", min="0,5", max=20))
    if rule.kind is QuotaKind.BANDS:
        try:
            check_bands(rule.bands)
        except ValueError:
            problems.append(_problem(f"bands-{place}", "method_bands"))
    if group.questionnaire not in questionnaires:
        problems.append(_problem(f"questionnaire-{place}", "method_questionnaire"))
    if group.target_hundredths is not None and not 0 <= group.target_hundredths <= 10_000:
        problems.append(_problem(f"target-{place}", "method_range", label="Chỉ tiêu hài lòng", min=0, max=100))
    return problems


def _questionnaire(group: str, code: str) -> str:
    """A station has its own form; any other unit the template's, else the commune's."""
    if "tram y te" in search_key(group):
        return STATION
    return f"{code}@1" if code else COMMUNE


def _problem(name: str, key: str, **values: object) -> Problem:
    return Problem(name, key, sentence(key, **values))
