"""Filters of lists that a reader keeps under names of his own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models import User
from tracker.wording import nfc

#: Of one reader, over all pages: the oldest gives way.
MOST = 40
LONGEST_NAME, LONGEST_QUERY = 60, 500


def keep_filter(session: Session, user_id: int, page: str, name: str, query: str) -> str:
    """Keep what the filter of a page asks for, in the place of an earlier one of that name there. Returns the name."""
    user = session.get_one(User, user_id)
    name = " ".join(nfc(name).split())[:LONGEST_NAME] or f"Bộ lọc {len(user.kept_filters) + 1}"
    others = [kept for kept in user.kept_filters if kept[:2] != [page, name]]
    user.kept_filters = [*others, [page, name, query[:LONGEST_QUERY]]][-MOST:]
    return name


def drop_filter(session: Session, user_id: int, page: str, name: str) -> None:
    """Forget one; one that is gone already stays gone."""
    user = session.get_one(User, user_id)
    user.kept_filters = [kept for kept in user.kept_filters if kept[:2] != [page, name]]
