"""Signed tokens of personal links, for pages: they live in tracker.tokens, where letters can make them too."""

from tracker.tokens import PersonalToken, as_head, personal_token, read_personal_token

__all__ = ["PersonalToken", "as_head", "personal_token", "read_personal_token"]
