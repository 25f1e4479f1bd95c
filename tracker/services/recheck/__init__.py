"""Phúc tra: seeds fixed before the first ballot, one draw a unit, outcomes, and a verdict that a coordinator signs.

The protocol is docs/phuc-tra.md; what is computed is rules/sampling and rules/recheck. Nothing fails by itself.
"""

from tracker.services.recheck.draws import draw_second_stage, draw_unit
from tracker.services.recheck.items import note_try, settle_item
from tracker.services.recheck.standing import UnitStanding, settled_units, standing_of_unit, standings
from tracker.services.recheck.verdicts import sign_verdict
from tracker.services.recheck_seeds import commit_seeds

__all__ = [
    "UnitStanding", "commit_seeds", "draw_second_stage", "draw_unit", "note_try", "settle_item", "settled_units", "sign_verdict",
    "standing_of_unit", "standings",
]  # fmt: skip
