"""The recheck draw: seeds committed before the first ballot, an order by SHA-256 that anyone can repeat (docs/phuc-tra.md).

Why hashes and not a random generator: no library and no version decides; one ballot can be checked alone; a discarded or late
ballot moves no other; the reserve and the second stage come out of the same order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tracker.rules.sampling.allocation import allocate
from tracker.rules.sampling.sizes import share_rounded_up

#: Stands between the parts of every hashed text, so it may stand in none of them.
SEPARATOR = "|"

#: Ballots of boxes and online surveys have no interviewer: one stratum.
NO_INTERVIEWER = ""

_MASTER = re.compile(r"[0-9a-f]{32,}")
_PUBLIC = re.compile(r"[0-9]*")


@dataclass(frozen=True)
class Draw:
    """What was drawn in a unit; `order` is the whole order, drawn ballots included."""

    order: tuple[str, ...]
    keys: Mapping[str, str]  #: ballot -> its key, printed in the minutes
    drawn: tuple[str, ...]
    reserve: tuple[str, ...]  #: the first in line, prepared for the rechecker; replacements may go on beyond it
    allocated: Mapping[str, int]  #: interviewer -> ballots of theirs that are drawn
    interviewers: Mapping[str, str]  #: ballot -> interviewer, where there are any

    @property
    def rest(self) -> tuple[str, ...]:
        """The order without the drawn ballots."""
        taken = set(self.drawn)
        return tuple(ballot for ballot in self.order if ballot not in taken)


def unit_seed(master: str, plan: str, unit: str) -> str:
    """SHA256(master|plan|unit); `master`: the plan's secret, 128 random bits in small hexadecimal (secrets.token_hex(16))."""
    if not _MASTER.fullmatch(master):
        raise ValueError("the master secret is at least 32 small hexadecimal signs")
    return _hash(master, _part("plan", plan), _part("unit", unit))


def commitment(seed: str) -> str:
    """SHA256(unit_seed): shown before the first ballot is handed out; it gives nothing of the seed away."""
    return sha256(seed.encode()).hexdigest()


def ballot_key(seed: str, public: str, ballot: str) -> str:
    """SHA256(unit_seed|public|ballot): the ballot as printed ("0046"), `public` the observers' digits or ""."""
    if not _PUBLIC.fullmatch(public):
        raise ValueError("the public part is made of digits")
    return _hash(_part("seed", seed), public, _part("ballot", ballot))


def order_of(seed: str, public: str, ballots: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(key, ballot) in rising order of keys. Raises ValueError for a ballot number that stands twice."""
    numbers = list(ballots)
    twice = sorted(ballot for ballot, times in Counter(numbers).items() if times > 1)
    if twice:
        raise ValueError(f"ballots stand twice: {', '.join(twice[:5])}")
    return tuple(sorted((ballot_key(seed, public, ballot), ballot) for ballot in numbers))


def entry_order(seed: str, public: str, ballots: Iterable[str]) -> tuple[str, ...]:
    """The order of keying a second time: SHA256(unit_seed|public|entry|ballot), rising; it has nothing of the recheck's."""
    if not _PUBLIC.fullmatch(public):
        raise ValueError("the public part is made of digits")
    keyed = sorted((_hash(_part("seed", seed), public, "entry", _part("ballot", ballot)), ballot) for ballot in set(ballots))
    return tuple(ballot for _, ballot in keyed)


def reserve_size(drawn: int, left: int) -> int:
    """Half of the drawn ballots, rounded up, at least 2, at most what is left."""
    return min(left, max(2, -(-drawn // 2))) if drawn else 0


def draw(
    seed: str,
    public: str,
    ballots: Iterable[str],
    percent: int,
    *,
    interviewers: Mapping[str, str] | None = None,
) -> Draw:
    """Draws `percent` of the valid `ballots`, rounded up; at least one of each interviewer's, by the order within each.

    `interviewers` maps ballots to who surveyed them; ballots it does not name form one stratum of their own. Raises ValueError
    for doubled or malformed ballot numbers and for a public part that is not made of digits.
    """
    keyed = order_of(seed, public, ballots)
    order = tuple(ballot for _, ballot in keyed)
    who = {ballot: (interviewers or {}).get(ballot, NO_INTERVIEWER) for ballot in order}
    size = share_rounded_up(len(order), percent).ballots or 0
    # One interviewer, or none: the plain percent. More: each is looked at.
    allocated = allocate(Counter(who.values()), size, minimum=1 if size else 0)
    drawn = _first_of_each(order, who, allocated)
    taken = set(drawn)
    rest = [ballot for ballot in order if ballot not in taken]
    return Draw(
        order=order,
        keys={ballot: key for key, ballot in keyed},
        drawn=drawn,
        reserve=tuple(rest[: reserve_size(len(drawn), len(rest))]),
        allocated=allocated,
        interviewers=who,
    )


def next_replacement(drawn: Draw, ballot: str, used: Iterable[str]) -> str | None:
    """Who stands in for `ballot`: the next in order of the same interviewer, else of the unit; None when the order is spent.

    `used` are the ballots of the order that are out already, drawn or not (earlier replacements, a second stage).
    """
    out = set(used) | set(drawn.drawn)
    free = [candidate for candidate in drawn.order if candidate not in out]
    same = [candidate for candidate in free if drawn.interviewers[candidate] == drawn.interviewers[ballot]]
    return next(iter(same or free), None)


def second_stage(drawn: Draw, used: Iterable[str]) -> tuple[str, ...]:
    """As many ballots again from the same order: of each interviewer as many as before, of the unit where theirs are spent.

    `used` are replacements taken in the first stage. Fewer come back, or none, when the order is spent.
    """
    out = set(used) | set(drawn.drawn)
    free = tuple(ballot for ballot in drawn.order if ballot not in out)
    first = _first_of_each(free, drawn.interviewers, drawn.allocated)
    others = [ballot for ballot in free if ballot not in set(first)]
    chosen = {*first, *others[: len(drawn.drawn) - len(first)]}
    return tuple(ballot for ballot in free if ballot in chosen)


def _first_of_each(order: Sequence[str], who: Mapping[str, str], wanted: Mapping[str, int]) -> tuple[str, ...]:
    left = dict(wanted)
    chosen = []
    for ballot in order:
        if left.get(who[ballot], 0) > 0:
            left[who[ballot]] -= 1
            chosen.append(ballot)
    return tuple(chosen)


def _part(name: str, text: str) -> str:
    if not text or SEPARATOR in text or text != text.strip():
        raise ValueError(f"{name} is empty, or holds {SEPARATOR!r} or spaces round it: {text!r}")
    return text


def _hash(*parts: str) -> str:
    return sha256(SEPARATOR.join(parts).encode()).hexdigest()
