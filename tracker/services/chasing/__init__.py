"""Chasing: the ladder's rungs of a morning (`morning`), what is watched beside it (`watching`), what is said (`gathered`)."""

from tracker.services.chasing.morning import Counts, queue_due_reminders

__all__ = ["Counts", "queue_due_reminders"]
