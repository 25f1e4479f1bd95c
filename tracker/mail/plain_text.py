"""Plain text for letters: lines of at most 78 characters, no-break spaces kept together, links whole."""

from __future__ import annotations

from functools import lru_cache

#: RFC 5322 asks for lines of no more than 78 characters.
WIDTH = 78
NBSP = "\u00a0"


@lru_cache(maxsize=4096)  # the office, the plan and the work are the same in letter after letter
def wrap(text: str, indent: str = "", first: str | None = None) -> str:
    """`text` in lines of at most `WIDTH` characters, each after `indent` (the first after `first`).

    A no-break space holds its two words on one line and then becomes a plain one. A word that is too long for a line (a
    link) stands on its own line, whole.
    """
    line = indent if first is None else first
    if len(line) + len(text) <= WIDTH and "  " not in text:
        return (line + text.strip(" ")).replace(NBSP, " ")
    lines: list[str] = []
    empty = True
    for word in text.split(" "):
        if not word:
            continue
        if empty:
            line += word
        elif len(line) + 1 + len(word) <= WIDTH:
            line += " " + word
        else:
            lines.append(line)
            line = indent + word
        empty = False
    lines.append(line.rstrip())
    return "\n".join(lines).replace(NBSP, " ")


def fit(pattern: str, limit: int, **values: str) -> str:
    """`pattern` filled with `values`; where it is longer than `limit`, the longest of them lose words at their end.

    Used for subject lines, which a client would cut blindly: what must stay (dates, counts) belongs into the pattern. What
    loses words ends in "…".
    """
    full = dict(values)
    cut = dict.fromkeys(values, False)

    def made() -> str:
        return pattern.format(**{k: (v + "…" if cut[k] else v) for k, v in full.items()})

    while len(made()) > limit:
        longest = max(full, key=lambda k: len(full[k]), default=None)
        if longest is None or " " not in full[longest]:
            return made()[: limit - 1].rstrip() + "…"
        full[longest] = full[longest].rpartition(" ")[0].rstrip(" ,;:–(")
        cut[longest] = True
    return made()
