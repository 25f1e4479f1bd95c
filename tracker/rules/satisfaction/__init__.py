"""Results: answers to counts, counts to shares, means, indices, intervals, ranks, changes and targets. Pure and exact."""

from tracker.rules.satisfaction.blocks import Block, SurveyedUnit, UnitRow, UnitValue, across, block_of
from tracker.rules.satisfaction.comparing import Basis, Change, Place, change_on, change_points, meets_target, rank
from tracker.rules.satisfaction.counting import Profile, UnitCounts, add_up, count_ballots
from tracker.rules.satisfaction.describing import UNCHECKED, describe
from tracker.rules.satisfaction.formula import (
    AcrossUnits,
    Aggregate,
    Formula,
    Missing,
    QuestionValue,
    Scoring,
    UnreadableFormula,
    formula_of_table,
    misfits,
    read_formulas,
    scoring,
)
from tracker.rules.satisfaction.index import GroupResult, QuestionResult, Result, result_of, results_of
from tracker.rules.satisfaction.numbers import Figure, Interval, Minimums, Publishable, percent, rounded, small_cells, wilson
from tracker.rules.satisfaction.other_scores import DossierScore, dossier_score, share_not_complained

__all__ = [
    "UNCHECKED",
    "AcrossUnits",
    "Aggregate",
    "Basis",
    "Block",
    "Change",
    "DossierScore",
    "Figure",
    "Formula",
    "GroupResult",
    "Interval",
    "Minimums",
    "Missing",
    "Place",
    "Profile",
    "Publishable",
    "QuestionResult",
    "QuestionValue",
    "Result",
    "Scoring",
    "SurveyedUnit",
    "UnitCounts",
    "UnitRow",
    "UnitValue",
    "UnreadableFormula",
    "across",
    "add_up",
    "block_of",
    "change_on",
    "change_points",
    "count_ballots",
    "describe",
    "dossier_score",
    "formula_of_table",
    "meets_target",
    "misfits",
    "percent",
    "rank",
    "read_formulas",
    "result_of",
    "results_of",
    "rounded",
    "scoring",
    "share_not_complained",
    "small_cells",
    "wilson",
]
