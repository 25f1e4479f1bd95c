"""Absolute links for letters and feeds. Pure: a base address and ids in, addresses out.

A test walks the application's own map of routes and proves that each of these reaches its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Links:
    """The addresses of one installation; `base_url` is what people type, without a slash at the end.

    `with_extensions` says whether that page exists: a letter never names a button that is not there.
    """

    base_url: str
    with_extensions: bool = False

    @property
    def host(self) -> str:
        """What makes the UIDs of calendar events unique in the world."""
        return urlsplit(self.base_url).hostname or "localhost"

    # Pages behind a sign-in

    def today(self) -> str:
        return f"{self.base_url}/"

    def plan(self, plan_id: int) -> str:
        return f"{self.base_url}/plans/{plan_id}"

    def progress_report(self, plan_id: int) -> str:
        """The progress of a plan on a day, to look at and to print."""
        return f"{self.base_url}/plans/{plan_id}/progress"

    def stage(self, plan_id: int, position: int) -> str:
        return f"{self.base_url}/plans/{plan_id}/stages/{position}"

    def ladder(self, plan_id: int) -> str:
        return f"{self.base_url}/plans/{plan_id}/ladder"

    def chase_letter(self, plan_id: int, unit_id: int = 0) -> str:
        """Where a công văn đôn đốc is written: for one unit, or for all late ones of the plan."""
        return f"{self.base_url}/plans/{plan_id}/chase-letter" + (f"?unit={unit_id}" if unit_id else "")

    def box(self, plan_id: int, box_id: int) -> str:
        return f"{self.base_url}/plans/{plan_id}/boxes/{box_id}"

    def task(self, task_id: int) -> str:
        return f"{self.base_url}/tasks/{task_id}"

    def unit(self, unit_id: int) -> str:
        return f"{self.base_url}/units/{unit_id}"

    def outbox(self) -> str:
        return f"{self.base_url}/outbox"

    def journal(self) -> str:
        return f"{self.base_url}/journal"

    def account(self) -> str:
        return f"{self.base_url}/account"

    def password_reset(self, token: str) -> str:
        return f"{self.base_url}/reset/{token}"

    # Pages of a contact, behind a personal link

    def personal(self, token: str) -> str:
        return f"{self.base_url}/v/{token}"

    def personal_task(self, token: str, task_id: int) -> str:
        return f"{self.base_url}/v/{token}/tasks/{task_id}"

    def personal_calendar(self, token: str) -> str:
        return f"{self.base_url}/v/{token}/calendar"

    def personal_extension(self, token: str, task_id: int) -> str:
        """Where a contact asks for more time; "" while there is no such page."""
        return f"{self.base_url}/v/{token}/tasks/{task_id}/extension" if self.with_extensions else ""

    def personal_promise(self, token: str, task_id: int) -> str:
        """Where a contact says on which day late work will be done."""
        return f"{self.base_url}/v/{token}/tasks/{task_id}/promise"

    # Pages of the head of a unit, behind a link of his own

    def head(self, head_token: str) -> str:
        return f"{self.base_url}/h/{head_token}"

    def head_task(self, head_token: str, task_id: int) -> str:
        return f"{self.base_url}/h/{head_token}/tasks/{task_id}"

    # Pages about a contact's own letters

    def handover(self, token: str) -> str:
        """Where a contact says that somebody else is in charge."""
        return f"{self.base_url}/v/{token}/handover"

    def letter_settings(self, token: str) -> str:
        """Where a contact chooses how often letters come."""
        return f"{self.base_url}/v/{token}/letters"

    def one_click(self, token: str) -> str:
        """The same page; a mail client's "unsubscribe" posts here and makes letters fewer."""
        return f"{self.base_url}/v/{token}/letters/weekly"

    # What anybody may read

    def published(self, slug: str) -> str:
        return f"{self.base_url}/ket-qua/{slug}"

    # Feeds

    def feed(self, token: str) -> str:
        return f"{self.base_url}/feeds/{token}.ics"

    def feed_task(self, token: str, task_id: int) -> str:
        """From an event of a contact's calendar to the task."""
        return f"{self.base_url}/feeds/{token}/tasks/{task_id}"
