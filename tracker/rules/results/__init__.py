"""The result of a plan as it is shown, written and published: one value for pages, documents and files. Pure."""

from tracker.rules.results.frozen import canonical, fingerprint_of, from_table, to_table
from tracker.rules.results.making import Collected, CollectedUnit, EarlierFigure, Survey, formula_texts, make_result, unit_sheet
from tracker.rules.results.model import (
    Answer,
    Block,
    CriterionRow,
    EntryWork,
    Fieldwork,
    MissingUnit,
    PlanHead,
    QuestionRow,
    Recheck,
    ResultData,
    Shown,
    UnitRow,
    UnitSheet,
)
from tracker.rules.results.open_data import OPEN_BALLOTS, DictionaryLine, OpenData, open_data

__all__ = [
    "OPEN_BALLOTS", "Answer", "Block", "Collected", "CollectedUnit", "CriterionRow", "DictionaryLine", "EarlierFigure",
    "EntryWork", "Fieldwork", "MissingUnit", "OpenData", "PlanHead", "QuestionRow", "Recheck", "ResultData", "Shown", "Survey",
    "UnitRow", "UnitSheet", "canonical", "fingerprint_of", "formula_texts", "from_table", "make_result",
    "open_data", "to_table", "unit_sheet",
]  # fmt: skip
