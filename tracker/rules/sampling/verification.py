"""Repeating a published draw: everything that must agree, and a sentence for each thing that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.rules.sampling.draw import Draw, commitment, draw, second_stage
from tracker.wording import number


@dataclass(frozen=True)
class PublishedDraw:
    """What the minutes of a unit hold once its seed is revealed."""

    unit: str
    unit_seed: str
    commitment: str  #: as shown before the first ballot was handed out
    public: str
    percent: int
    ballots: tuple[str, ...]  #: the valid ballots at the draw
    drawn: tuple[str, ...]
    reserve: tuple[str, ...] = ()
    interviewers: Mapping[str, str] = field(default_factory=dict)
    second: tuple[str, ...] | None = None  #: the second stage, where there was one
    used_before_second: tuple[str, ...] = ()  #: replacements taken in the first stage


@dataclass(frozen=True)
class Verification:
    unit: str
    problems: tuple[str, ...]
    repeated: Draw | None  #: the draw as it comes out; None where it cannot be made at all

    @property
    def agrees(self) -> bool:
        return not self.problems


def verify(published: PublishedDraw) -> Verification:
    """Draws again; compares seed with commitment, drawn ballots, reserve and second stage; a sentence for each difference."""
    problems = []
    found = commitment(published.unit_seed)
    if found != published.commitment:
        problems.append(
            f"{published.unit}: chuỗi khởi tạo không khớp mã kiểm chứng đã công khai"
            f" (đã công khai {published.commitment}, tính ra {found})."
        )
    try:
        again = draw(
            published.unit_seed,
            published.public,
            published.ballots,
            published.percent,
            interviewers=published.interviewers,
        )
    except ValueError as error:
        problems.append(f"{published.unit}: không chọn lại được mẫu, số liệu công khai không hợp lệ ({error}).")
        return Verification(published.unit, tuple(problems), None)
    problems += _difference(published.unit, "phiếu phúc tra", published.drawn, again.drawn)
    problems += _difference(published.unit, "phiếu dự phòng", published.reserve, again.reserve)
    if published.second is not None:
        expected = second_stage(again, published.used_before_second)
        problems += _difference(published.unit, "phiếu phúc tra lần hai", published.second, expected)
    return Verification(published.unit, tuple(problems), again)


def _difference(unit: str, what: str, published: tuple[str, ...], repeated: tuple[str, ...]) -> list[str]:
    if published == repeated:
        return []
    if sorted(published) == sorted(repeated):
        return [f"{unit}: {what} đúng số phiếu nhưng sai thứ tự; thứ tự chọn lại là {_list(repeated)}."]
    extra = [ballot for ballot in published if ballot not in set(repeated)]
    missing = [ballot for ballot in repeated if ballot not in set(published)]
    parts = []
    if extra:
        parts.append(f"thừa {number(len(extra))} phiếu ({_list(extra)})")
    if missing:
        parts.append(f"thiếu {number(len(missing))} phiếu ({_list(missing)})")
    return [f"{unit}: {what} không khớp khi chọn lại: {', '.join(parts) or 'có mã phiếu ghi hai lần'}."]


def _list(ballots: tuple[str, ...] | list[str]) -> str:
    return ", ".join(ballots)
