"""What can go wrong in a way that a person must read about."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """A request that the rules do not allow: `key` names the sentence, `sentence` is what people read."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence


class NotFound(Exception):  # noqa: N818
    """The thing does not exist, or must not be known to exist."""


class UnreadableDocument(Refused):
    """An uploaded file that cannot be read; the sentence says why and what to do."""


class UnreadableRows(Refused):
    """A CSV or XLSX with wrong rows: one sentence for each, nothing was written."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("rows", sentences[0] if sentences else "")
        self.sentences = sentences
