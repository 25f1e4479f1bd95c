"""Signed tokens of personal links, for pages: they live in tracker.tokens, where letters can make them too."""

from tracker.tokens import PersonalToken, personal_token, read_personal_token

__all__ = ["PersonalToken", "personal_token", "read_personal_token"]
