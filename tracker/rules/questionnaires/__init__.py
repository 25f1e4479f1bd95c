"""Questionnaires as data, and the ballots filled in by them. Pure."""

from tracker.rules.questionnaires.ballots import (
    CheckedBallot,
    Discard,
    Problem,
    check_ballot,
    counted_form,
    discard_of,
    enough_answered,
    read_answer,
)
from tracker.rules.questionnaires.comparing import Difference, answered_differently, differences, settles_a_mismatch
from tracker.rules.questionnaires.model import (
    BLANK,
    INVALID,
    NO_ANSWERS,
    NOT_USED,
    SKIPPED,
    TEXT_GIVEN,
    AnswerType,
    Decides,
    Group,
    Question,
    Questionnaire,
    RecheckUse,
)
from tracker.rules.questionnaires.personal import PersonalKind, find_personal, personal_heading
from tracker.rules.questionnaires.reading import UnreadableQuestionnaire, questionnaire_of_table, read_questionnaire

__all__ = [
    "BLANK",
    "INVALID",
    "NOT_USED",
    "NO_ANSWERS",
    "SKIPPED",
    "TEXT_GIVEN",
    "AnswerType",
    "CheckedBallot",
    "Decides",
    "Difference",
    "Discard",
    "Group",
    "PersonalKind",
    "Problem",
    "Question",
    "Questionnaire",
    "RecheckUse",
    "UnreadableQuestionnaire",
    "answered_differently",
    "check_ballot",
    "counted_form",
    "differences",
    "discard_of",
    "enough_answered",
    "find_personal",
    "personal_heading",
    "questionnaire_of_table",
    "read_answer",
    "read_questionnaire",
    "settles_a_mismatch",
]
