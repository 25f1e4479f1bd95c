"""Questionnaires and ballots of the method's vectors, and their results."""

from __future__ import annotations

from tests.vectors import VECTORS
from tracker.rules.questionnaires import questionnaire_of_table
from tracker.rules.satisfaction import Minimums, UnitCounts, count_ballots, formula_of_table, result_of, rounded

SCALE = {"1": "Rất không hài lòng", "2": "Không hài lòng", "3": "Bình thường", "4": "Hài lòng", "5": "Rất hài lòng"}
INDEX = VECTORS["index"]
NO_MINIMUM = Minimums(shown=0, ranked=0)


def form_of(groups):
    """A questionnaire of five-level questions, all in the index."""
    return questionnaire_of_table(
        {
            "code": "vectors",
            "version": 1,
            "title": "Vectors",
            "scale": SCALE,
            "groups": [{"code": code, "title": code} for code in groups],
            "questions": [
                {"code": code, "group": group, "type": "five_levels", "text": code, "in_index": True}
                for group, codes in groups.items()
                for code in codes
            ],
        }
    )


def formula_of(case):
    weights = INDEX["weights"] if case["aggregate"] == "weighted_groups" else {}
    points = INDEX["points"] if case["question_value"] == "points" else {}
    return formula_of_table(
        {
            "code": "case",
            "title": "case",
            "question_value": case["question_value"],
            "missing": case.get("missing", "exclude"),
            "aggregate": case["aggregate"],
            "weights": weights,
            "points": points,
        }
    )


def answered(ballot):
    return {code: "blank" if level is None else str(level) for code, level in ballot.items()}


def result_for(form, formula, ballots, minimums=NO_MINIMUM):
    counts = count_ballots(form, formula, (("XP01", answered(ballot)) for ballot in ballots))
    return result_of(form, formula, counts.get("XP01", UnitCounts(profiles={})), minimums=minimums)


def text(figure):
    return None if figure.published is None else str(figure.published)


def values_of(result):
    """The value that each question gives to the index, printed."""
    return {r.question.code: None if r.value is None else str(rounded(r.value)) for r in result.questions}


GROUPS = {"A": ["A1", "A2"], "B": ["B1", "B2", "B3"]}
TWO_GROUPS = form_of(GROUPS)
