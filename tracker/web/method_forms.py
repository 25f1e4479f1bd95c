"""The form of Cách khảo sát: boxes by name, what was typed kept, read into a Method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tracker.rules.method import GroupMethod, Method, RecheckMethod, RecheckMode, SecondEntryMethod
from tracker.rules.sampling import Band, QuotaRule
from tracker.rules.satisfaction import Minimums
from tracker.rules.states import QuotaKind
from tracker.wording.figures import exact_words

NOT_A_NUMBER = "Không phải số; ghi chữ số, số thập phân dùng dấu phẩy."


@dataclass
class ReadMethod:
    """What the boxes gave; `errors` by the name of the box."""

    method: Method
    errors: dict[str, str] = field(default_factory=dict)


def typed_method(method: Method) -> dict[str, str]:
    """What stands in each box."""
    found = {
        "formula": method.formula,
        "target": _target_words(method.target_hundredths),
        "recheck_percent": str(method.recheck.percent),
        "recheck_threshold_percent": exact_words(method.recheck.threshold_percent),
        "recheck_mode": method.recheck.mode.value,
        "recheck_tries": str(method.recheck.tries),
        "recheck_digits": "yes" if method.recheck.public_digits else "",
        "second_entry_percent": str(method.second_entry.percent),
        "second_entry_fewest": str(method.second_entry.fewest),
        "second_entry_limit_percent": exact_words(method.second_entry.limit_percent),
        "minimum_shown": str(method.minimums.shown),
        "minimum_ranked": str(method.minimums.ranked),
    }
    for place, group in enumerate(method.groups):
        rule = group.quota
        found |= {
            f"kind-{place}": rule.kind.value,
            f"each-{place}": str(rule.each or ""),
            f"services-{place}": str(rule.services or ""),
            f"error-{place}": exact_words(rule.error_percent),
            f"bands-{place}": "\n".join(_band_words(band) for band in rule.bands),
            f"questionnaire-{place}": group.questionnaire,
            f"target-{place}": _target_words(group.target_hundredths),
        }
    return found


def read_method(typed: Mapping[str, str], before: Method) -> ReadMethod:
    """The method of the boxes; a box that cannot be read keeps what was there before and has its error."""
    errors: dict[str, str] = {}

    def number(name: str, default: int) -> int:
        text = typed.get(name, "").replace(".", "").strip()
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        errors[name] = NOT_A_NUMBER
        return default

    def fraction(name: str, default: Fraction) -> Fraction:
        text = typed.get(name, "").replace(",", ".").replace("%", "").strip()
        try:
            return Fraction(text) if len(text) < 12 and "/" not in text and "e" not in text.lower() else _fail()
        except ValueError:
            errors[name] = NOT_A_NUMBER
            return default

    def target(name: str) -> int | None:
        if not typed.get(name, "").strip():
            return None
        value = fraction(name, Fraction(0)) * 100
        if value.denominator != 1:
            errors[name] = "Nhiều nhất hai chữ số thập phân."
        return int(value)

    def bands(name: str) -> tuple[Band, ...]:
        found = []
        for line in typed.get(name, "").splitlines():
            if not line.strip():
                continue
            limit, _, ballots = (part.strip() for part in line.partition(":"))
            try:
                found.append(
                    Band(_limit(limit), None if ballots.lower() in ("tất cả", "tat ca") else int(ballots.replace(".", "")))
                )
            except ValueError:
                errors[name] = f"Không đọc được “{line.strip()}”; mỗi dòng ghi như “dưới 100: tất cả” hoặc “còn lại: 500”."
        return tuple(found)

    groups = []
    for place, group in enumerate(before.groups):
        kind = typed.get(f"kind-{place}", "")
        rule = QuotaRule(
            QuotaKind(kind) if kind in list(QuotaKind) else group.quota.kind,
            each=number(f"each-{place}", group.quota.each),
            services=number(f"services-{place}", group.quota.services),
            bands=bands(f"bands-{place}"),
            error_percent=fraction(f"error-{place}", group.quota.error_percent),
        )
        groups.append(GroupMethod(group.name, rule, typed.get(f"questionnaire-{place}", ""), target(f"target-{place}")))
    mode = typed.get("recheck_mode", "")
    method = replace(
        before,
        groups=tuple(groups),
        formula=typed.get("formula", ""),
        target_hundredths=target("target"),
        recheck=RecheckMethod(
            number("recheck_percent", before.recheck.percent),
            fraction("recheck_threshold_percent", before.recheck.threshold_percent),
            RecheckMode(mode) if mode in list(RecheckMode) else before.recheck.mode,
            number("recheck_tries", before.recheck.tries),
            typed.get("recheck_digits") == "yes",
        ),
        second_entry=SecondEntryMethod(
            number("second_entry_percent", before.second_entry.percent),
            number("second_entry_fewest", before.second_entry.fewest),
            fraction("second_entry_limit_percent", before.second_entry.limit_percent),
        ),
        minimums=Minimums(number("minimum_shown", before.minimums.shown), number("minimum_ranked", before.minimums.ranked)),
    )
    return ReadMethod(method, errors)


def _fail() -> Fraction:
    raise ValueError


def _limit(text: str) -> int | None:
    words = text.lower().replace("dưới", "").replace(".", "").strip()
    return None if words in ("còn lại", "trở lên", "") else int(words)


def _band_words(band: Band) -> str:
    limit = "còn lại" if band.below is None else f"dưới {band.below}"
    return f"{limit}: {'tất cả' if band.ballots is None else band.ballots}"


def _target_words(hundredths: int | None) -> str:
    return "" if hundredths is None else exact_words(Fraction(hundredths, 100))
