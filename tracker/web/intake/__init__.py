"""Taking in a plan: upload or paste, review beside the source, accept, choose units, look at every date, create."""

from __future__ import annotations

from tracker.web.intake import corrections, laying_out, review, upload
from tracker.web.intake.blueprint import bp

__all__ = ["bp", "corrections", "laying_out", "review", "upload"]
