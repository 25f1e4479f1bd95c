"""Fieldwork: how the survey is done, the ledger of ballots by day, ballot numbers, and rounds after the first."""

from tracker.services.fieldwork.ballots import BallotRange, DiscardedBallot, discard_ballots, register_ballots, valid_ballots
from tracker.services.fieldwork.ledger import LineInput, Recorded, record_line, round_of_unit, totals_of_unit
from tracker.services.fieldwork.method import first_ballot_on, import_files, set_basis, set_method
from tracker.services.fieldwork.rounds import open_round

__all__ = [
    "BallotRange",
    "DiscardedBallot",
    "LineInput",
    "Recorded",
    "discard_ballots",
    "first_ballot_on",
    "import_files",
    "open_round",
    "record_line",
    "register_ballots",
    "round_of_unit",
    "set_basis",
    "set_method",
    "totals_of_unit",
    "valid_ballots",
]
