"""Work in running text (layouts 7 and 8): bullets under an office's heading, dated steps and phases, sentences with a date."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.rules.drafts.duties import duties_in
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.outline import Paragraph
from tracker.rules.drafts.steps import phases_in, steps_in
from tracker.rules.drafts.when import Clock


def dated_works(body: Sequence[Paragraph], clock: Clock) -> tuple[list[Work], str]:
    """Dated work in running text with the form it has: "list" (bullets and numbers), "prose" (sentences), "none"."""
    phases = phases_in(body, clock)
    duties = duties_in(body, clock, everywhere=True)
    timed = [duty for duty in duties if duty.timed]
    marked = steps_in(body, clock)
    steps = [work for _, work in marked]
    if len(phases) >= 2 and len(phases) >= len(timed):
        return phases, "prose"
    if timed and len(timed) >= len(steps):
        keep_all = len(timed) * 2 >= len(duties)
        chosen = [duty for duty in duties if duty.timed or keep_all]
        in_sentence = sum(1 for duty in chosen if duty.in_sentence)
        return [duty.work for duty in chosen], "prose" if in_sentence * 2 > len(chosen) else "list"
    if len(steps) >= 2:
        in_sentences = sum(1 for paragraph, _ in marked if not paragraph)
        return steps, "prose" if in_sentences * 2 > len(steps) else "list"
    return (phases, "prose") if phases else ([], "none")


def undated_duties(body: Sequence[Paragraph], clock: Clock) -> list[Work]:
    """One piece of work for each duty under an office's heading in the sections that share out the work."""
    return [duty.work for duty in duties_in(body, clock, everywhere=False)]
