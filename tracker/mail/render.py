"""Jinja for letters. Each letter is one template, rendered twice: with the parts of plain text and with those of HTML.

So both say the same words in the same order. `m` is the set of parts (`_parts.txt`, `_parts.html`), `layout` the frame.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tracker.mail.plain_text import wrap

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@lru_cache(maxsize=2)
def _environment(form: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=form == "html",  # noqa: S701  # plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["wrap"] = wrap
    said = lru_cache(maxsize=4096)(lambda *words: parts.task_words(*words))
    environment.filters["said_before"] = lambda line: said(line.title, line.due, line.standing, line.tone, line.remark)
    # One set of parts for all letters of a form: making it anew for each letter costs as much as the letter.
    parts: Any = environment.get_template(f"emails/_parts.{form}").module
    environment.globals["m"] = parts
    environment.globals["layout"] = environment.get_template(f"emails/_letter.{form}")
    return environment


@lru_cache(maxsize=64)
def _template(form: str, name: str) -> Template:
    return _environment(form).get_template(f"emails/{name}.jinja")


def text_of(name: str, values: dict[str, Any]) -> str:
    """The plain text of the letter `name`; raises jinja2.UndefinedError for a value that the template misses."""
    text = _template("txt", name).render(values)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    # What a sentence announces with a colon stands right under it: a link, a list.
    text = text.replace(":\n\nhttp", ":\nhttp").replace(":\n\n- ", ":\n- ")
    return text.strip() + "\n"


def html_of(name: str, values: dict[str, Any]) -> str:
    """The HTML of the letter `name`, every value escaped."""
    return _template("html", name).render(values)
