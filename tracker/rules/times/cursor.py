"""Where the reading of a phrase stands."""

from __future__ import annotations

from tracker.rules.times.letters import Letters
from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign
from tracker.wording import nfc

_STOP = Token(Sign.STOP, "", 0, 0)


class Cursor:
    """A place among tokens; past the end stands an endless STOP."""

    __slots__ = ("allow_bare_day", "in_prose", "letters", "place", "text", "tokens")

    def __init__(self, tokens: list[Token], letters: Letters, text: str, *, in_prose: bool = False) -> None:
        self.tokens = tokens
        self.letters = letters
        self.text = text
        self.place = 0
        self.in_prose = in_prose  #: a sentence about more than time: an event ends with its comma
        self.allow_bare_day = False  #: a bound word stands before: "trước 25" may be a day

    @property
    def token(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else _STOP

    @property
    def sign(self) -> Sign:
        return self.tokens[self.place].sign if self.place < len(self.tokens) else Sign.STOP

    def at(self, *signs: Sign) -> bool:
        return self.sign in signs

    def peek(self, ahead: int) -> Token:
        place = self.place + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else _STOP

    def advance(self, steps: int = 1) -> None:
        self.place += steps

    def written(self, start: int, end: int) -> str:
        """What the plan has between two places of the clean letters."""
        first, last = self.letters.place(start, end)
        return " ".join(nfc(self.text[first:last]).split())
