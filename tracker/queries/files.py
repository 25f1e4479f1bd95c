"""Files of a task or a plan, as pages list them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import StoredFile


@dataclass(frozen=True)
class FileRow:
    id: int
    file_name: str
    size_bytes: int
    sha256: str
    purpose: str
    uploaded_by: str
    uploaded_at: datetime

    @property
    def size_words(self) -> str:
        """38 KB, 1,4 MB"""
        if self.size_bytes < 1024 * 1024:
            return f"{max(1, round(self.size_bytes / 1024))} KB"
        return f"{self.size_bytes / 1024 / 1024:.1f} MB".replace(".", ",")


def files_of_tasks(session: Session, task_ids: Collection[int]) -> dict[int, list[FileRow]]:
    """task id -> its files, oldest first. One statement."""
    found: defaultdict[int, list[FileRow]] = defaultdict(list)
    query = select(StoredFile).where(StoredFile.task_id.in_(task_ids)).order_by(StoredFile.id)
    for row in session.scalars(query):
        file = FileRow(row.id, row.file_name, row.size_bytes, row.sha256, row.purpose, row.uploaded_by, row.uploaded_at)
        found[row.task_id or 0].append(file)
    return dict(found)
