"""A page as a person reads it, out of an answer's HTML."""

from __future__ import annotations

from lxml import html
from werkzeug.test import TestResponse


def squeezed(text: str) -> str:
    """Single spaces, no-break ones as plain ones: what the eye sees."""
    return " ".join(text.replace("\u00a0", " ").split())


class Page:
    """One answer; `status`, `location` and the parts that tests read."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.content = response.get_data()
        self.source = self.content.decode("utf-8", "replace")  # a file to download is no text
        response.close()
        self.tree = html.fromstring(self.source) if self.source.lstrip().startswith("<!doctype") else None

    @property
    def text(self) -> str:
        """Everything visible in the main part."""
        return self.one("main")

    @property
    def title(self) -> str:
        return self.one("title")

    @property
    def h1(self) -> str:
        return self.one("h1")

    @property
    def banners(self) -> list[str]:
        return self.all("*[contains(concat(' ', @class, ' '), ' banner ')]")

    def one(self, what: str) -> str:
        """The text of the first element that XPath `//what` finds."""
        found = self.all(what)
        return found[0] if found else ""

    def all(self, what: str) -> list[str]:
        return [squeezed(e.text_content()) for e in self.elements(what)]

    def elements(self, what: str) -> list[html.HtmlElement]:
        return [] if self.tree is None else self.tree.xpath(f"//{what}")

    def with_class(self, name: str) -> list[str]:
        return self.all(f"*[contains(concat(' ', @class, ' '), ' {name} ')]")

    @property
    def links(self) -> dict[str, str]:
        """text -> address"""
        return {squeezed(a.text_content()): a.get("href") for a in self.elements("a[@href]")}

    @property
    def actions(self) -> list[str]:
        """Where the POST forms of the main part go."""
        return [f.get("action") for f in self.elements("main//form[@method='post']")]

    def value(self, name: str) -> str:
        """What stands in a box."""
        boxes = self.elements(f"main//*[@name='{name}']")
        return (boxes[0].text or "").strip("\n") if boxes[0].tag == "textarea" else boxes[0].get("value") or ""
