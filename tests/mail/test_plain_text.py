"""Lines of letters and subjects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.mail.plain_text import NBSP, WIDTH, fit, wrap

WORDS = st.lists(st.text("aăâđêôơưếộ,.–:" + NBSP, min_size=1, max_size=20), min_size=1, max_size=60)


@given(WORDS, st.sampled_from(["", "  "]), st.sampled_from([None, "- "]))
def test_wrapped_lines_are_short_and_lose_no_word(words: list[str], indent: str, first: str | None) -> None:
    lines = wrap(" ".join(words), indent, first).split("\n")
    assert all(len(line) <= WIDTH for line in lines)
    assert "".join(" ".join(words).replace(NBSP, " ").split()) == "".join("".join(lines).removeprefix(first or "").split())


def test_words_joined_by_a_no_break_space_stay_on_one_line() -> None:
    text = "x" * 70 + f" quá hạn 5{NBSP}ngày"
    assert wrap(text) == "x" * 70 + " quá hạn\n5 ngày"


def test_a_link_is_never_broken() -> None:
    link = "https://khaosat.example.vn/v/" + "a" * 120
    assert wrap(f"Xem tại {link} hoặc gọi") == f"Xem tại\n{link}\nhoặc gọi"


@pytest.mark.parametrize(
    ("pattern", "values", "expected"),
    [
        ("{a}, hạn 30/9", {"a": "Nhập liệu"}, "Nhập liệu, hạn 30/9"),
        ("{a}, hạn 30/9", {"a": "Thu phiếu, phúc tra tại các đơn vị"}, "Thu phiếu, phúc tra…, hạn 30/9"),
        ("{a} của {b}", {"a": "Nhập liệu", "b": "Trạm Y tế xã Cam Thành Bắc"}, "Nhập liệu của Trạm Y tế xã…"),
        ("{a}", {"a": "x" * 40}, "x" * 29 + "…"),
    ],
)
def test_long_names_give_way_in_a_subject(pattern: str, values: dict[str, str], expected: str) -> None:
    assert fit(pattern, 30, **values) == expected


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text("xyz {}", max_size=90), min_size=2, max_size=2))
def test_a_subject_never_exceeds_its_limit(values: dict[str, str]) -> None:
    assert len(fit("[P] {a} của {b}", 78, **values)) <= 78
