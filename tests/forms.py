"""The seeded questionnaires, and a small one that has every kind of question."""

from __future__ import annotations

from pathlib import Path

from tracker.rules.questionnaires import read_questionnaire

SEEDS = Path(__file__).parents[1] / "seeds" / "questionnaires"
COMMUNE = read_questionnaire((SEEDS / "commune.toml").read_text(encoding="utf-8"))
STATION = read_questionnaire((SEEDS / "health-station.toml").read_text(encoding="utf-8"))
NINE = read_questionnaire((SEEDS / "online-nine.toml").read_text(encoding="utf-8"))

SMALL = """
code = "small"
version = 1
title = "Phiếu thử"
[scale]
1 = "Rất không hài lòng"
2 = "Không hài lòng"
3 = "Bình thường"
4 = "Hài lòng"
5 = "Rất hài lòng"
[[groups]]
code = "A"
title = "Tiếp cận"
weight = 3
[[groups]]
code = "G"
title = "Chung"
[[questions]]
code = "T"
group = "A"
type = "choice"
text = "Đi mấy lần?"
choices = { zero = "Không phải đi", one = "1 lần", other = "Khác" }
other = "other"
recheck = "fact"
decides = 2
[[questions]]
code = "A1"
group = "A"
type = "five_levels"
text = "Chỗ ngồi"
in_index = true
not_used = true
skip_if = { T = ["zero"] }
[[questions]]
code = "A2"
group = "A"
type = "yes_no"
text = "Có được hướng dẫn không?"
in_index = true
[[questions]]
code = "G1"
group = "G"
type = "five_levels"
text = "Nhìn chung"
overall = true
[[questions]]
code = "G2"
group = "G"
type = "text"
text = "Ý kiến khác"
max_length = 60
"""
FORM = read_questionnaire(SMALL)
FILLED = {"T": "one", "A1": "4", "A2": "yes", "G1": "5", "G2": ""}
