"""From the result to its publication: draft, approval, a frozen version anybody may read; corrections are new versions.

Words, pages and tables are made by the edge: the use cases take functions that turn frozen data into files.
"""

from tracker.services.publishing.approval import Approval, approval_ahead, approve
from tracker.services.publishing.drafting import Ahead, Makers, NewFile, current_result, draft_ahead, draft_result, drafts_refusal
from tracker.services.publishing.earlier import EarlierInput, keep_earlier, take_earlier_from
from tracker.services.publishing.release import publication_ahead, publish

__all__ = [
    "Ahead", "Approval", "EarlierInput", "Makers", "NewFile", "approval_ahead", "approve", "current_result", "draft_ahead",
    "draft_result", "drafts_refusal", "keep_earlier", "publication_ahead", "publish", "take_earlier_from",
]  # fmt: skip
