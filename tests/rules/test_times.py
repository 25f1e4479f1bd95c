"""The reader of times against tables of phrases in the words of plans.

A row is `phrase => kind start due`, "-" for an empty day; then the RRULE, the offset (+5 days, +5w working days), `~ anchor`
and `! doubts` where there are any. A line `@ year issue-date` holds for the rows below it; ⏎ is a line break in a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest

from tracker.rules.states import TimeKind
from tracker.rules.times import read_time


@dataclass(frozen=True)
class Row:
    phrase: str
    year: int | None
    issued_on: date | None
    answer: tuple[str, ...]  #: kind, start, due, then RRULE and offset
    anchor: str | None
    doubts: frozenset[str]

    def __str__(self) -> str:
        return self.phrase.replace("\n", " / ")


def rows(table: str) -> list[Row]:
    found: list[Row] = []
    year, issued_on = None, None
    for line in table.strip("\n").split("\n"):
        if line.startswith("@ "):
            year_text, issued_text = line[2:].split()
            year = None if year_text == "-" else int(year_text)
            issued_on = None if issued_text == "-" else date.fromisoformat(issued_text)
            continue
        phrase, _, rest = line.partition(" => ")
        rest, _, doubts = rest.partition(" ! ")
        rest, tilde, anchor = rest.partition(" ~ ")
        found.append(
            Row(
                phrase.replace("⏎", "\n"),
                year,
                issued_on,
                tuple(rest.split()),
                anchor if tilde else None,
                frozenset(doubts.split(", ")) - {""},
            )
        )
    return found


def assert_read_as(row: Row) -> None:
    time = read_time(row.phrase, year=row.year, issued_on=row.issued_on)

    offset = f"{time.offset_days:+d}" + "w" * time.offset_workdays if time.offset_days is not None else ""
    answer = (time.kind.value, str(time.start_on or "-"), str(time.due_on or "-"), time.rrule, offset)
    assert tuple(part for part in answer if part) == row.answer
    keys = {doubt.key for doubt in time.doubts}
    assert keys - {"time_unparsed"} == row.doubts - {"time_unparsed"}
    if time.kind is TimeKind.UNPARSABLE or "time_unparsed" in row.doubts:
        assert "time_unparsed" in keys
    if row.anchor is not None:
        assert re.sub(r"\s+", " ", time.anchor) == row.anchor


DEADLINES = """
Trước ngày 20/6/2021 => deadline - 2021-06-19
đến trước ngày 15/9/2021 => deadline - 2021-09-14
trước tháng 8/2021 => deadline - 2021-07-31
trước năm 2022 => deadline - 2021-12-31
trong ngày 15/9/2021 => deadline - 2021-09-15
ngày 15 tháng 9 năm 2021 => deadline - 2021-09-15
xong trước 30/6/2021 => deadline - 2021-06-29
chậm nhất là ngày 15/9/2021 => deadline - 2021-09-15
hạn chót 15/9/2021 => deadline - 2021-09-15
muộn nhất đến hết ngày 15/9/2021 => deadline - 2021-09-15
không quá ngày 15/9/2021 => deadline - 2021-09-15
Trước 17 giờ 00 ngày 15/9/2021 => deadline - 2021-09-15
trước 17h ngày 15/9/2021 => deadline - 2021-09-15
trước 17h30 ngày 15/9/2021 => deadline - 2021-09-15
trước 17:00, ngày 15/9/2021 => deadline - 2021-09-15
Trước 24h00 ngày 15/9/2021 => deadline - 2021-09-15
trước 0h ngày 15/9/2021 => deadline - 2021-09-14
Trước ngày 15/8/2021 (tức ngày 07/7 âm lịch) => deadline - 2021-08-14
truoc ngay 20/6/2021 => deadline - 2021-06-19
TRƯỚC NGÀY 20/6/2021 => deadline - 2021-06-19
đến hết quý II/2021 => deadline - 2021-06-30
Hoàn thành trước ngày 31 tháng 12 năm 2025 => deadline - 2025-12-30
Theo kế hoạch, trước ngày 30/6/2024 => deadline - 2024-06-29
Sau khi kết thúc điều tra, trước ngày 15/10/2024 => deadline - 2024-10-14
8h00, ngày 15/8/2024 => deadline - 2024-08-15
Sáng ngày 15/8/2024 => deadline - 2024-08-15
14h00’ thứ Sáu, ngày 16/8/2024 => deadline - 2024-08-16
Chiều thứ Sáu ngày 16/8/2024 => deadline - 2024-08-16
Trước giờ làm việc ngày 15/8/2024 => deadline - 2024-08-15
Trước 11g00 ngày 15/8/2024 => deadline - 2024-08-15
Đến 17h00 ngày 15/8/2024 => deadline - 2024-08-15
Hết giờ làm việc ngày 15/8/2024 => deadline - 2024-08-15
Đến hết 24 giờ ngày 15/8/2024 => deadline - 2024-08-15
Ngày cuối cùng của quý III/2024 => deadline - 2024-09-30
Chậm nhất là ngày 13/02/2026 (30 ngày trước ngày bầu cử) => deadline - 2026-02-13
10/3 âm lịch (tức ngày 18/4/2024) => deadline - 2024-04-18
Trước ngày 31/01/2025 (của năm sau) => deadline - 2025-01-30
Trước ngày 15/ 11/ 2024 => deadline - 2024-11-14
Trước ngày 15 /11 /2024 => deadline - 2024-11-14
Trước ngày 15 . 11 . 2024 => deadline - 2024-11-14
Trước ngày 15. 11. 2024 => deadline - 2024-11-14
Trước ngày 15.11.2024 => deadline - 2024-11-14
Trước ngày 15-11-2024 => deadline - 2024-11-14
Trước ngày 2024-11-15 => deadline - 2024-11-14
Trước ngày 15/11/24 => deadline - 2024-11-14
Trước ngày 15/11/2024. => deadline - 2024-11-14
Trước ngày: 15/11/2024 => deadline - 2024-11-14
Trước 15/11/2024 (thứ Sáu) => deadline - 2024-11-14
Trước ngày 15//11/2024 => deadline - 2024-11-14
Trước ngày 29/02/2024 => deadline - 2024-02-28
Trước ngay 15/11/2024 => deadline - 2024-11-14
TRƯỚC NGÀY 15 THÁNG 11 NĂM 2024 => deadline - 2024-11-14
Trước ngày 15 tháng 11 năm2024 => deadline - 2024-11-14
ngày15tháng11năm2024 => deadline - 2024-11-15
15 tháng 11, 2024 => deadline - 2024-11-15
15 tháng 11/2024 => deadline - 2024-11-15
Ngày 15/11 năm 2024 => deadline - 2024-11-15
Trước ngày 5/8 => deadline - - ! time_unparsed
Trước ngày 15 => deadline - - ! time_unparsed
Ngày    tháng 6 năm 2021 => deadline - - ! time_unparsed
Trước ngày ... tháng 6 năm 2021 => deadline - - ! time_unparsed
Trước ngày   /6/2021 => deadline - - ! time_unparsed
Quý III/2025 (trước ngày 15/9/2025) => deadline - 2025-09-14
Quý III/2025, chậm nhất 15/9 => deadline - 2025-09-15
Đến năm 2025 => deadline - 2025-12-31
Đến năm 2025, định hướng đến năm 2030 => deadline - 2025-12-31
Đến hết năm 2025 => deadline - 2025-12-31
Đến cuối năm 2025 => deadline - 2025-12-31
Đến tháng 12/2025 => deadline - 2025-12-31
Đến 31/12/2025 => deadline - 2025-12-31
Hết tháng 6/2025 => deadline - 2025-06-30
Trước ngày 30 tháng 4 năm 2025 => deadline - 2025-04-29
Trước 30 tháng 4/2025 => deadline - 2025-04-29
Trước tháng 4 năm 2025 => deadline - 2025-03-31
Trước quý II/2025 => deadline - 2025-03-31
Dịp 02/9/2025 => deadline - 2025-09-02
Thời hạn: 15/8/2025 => deadline - 2025-08-15
Thời gian hoàn thành: Trước ngày 15/8/2025 => deadline - 2025-08-14
Hạn nộp: 17h00 ngày 15/8/2025 => deadline - 2025-08-15
Deadline 15/8/2025 => deadline - 2025-08-15
15/8/2025 (dự kiến) => deadline - 2025-08-15
(Dự kiến) 15/8/2025 => deadline - 2025-08-15
Chậm nhất trong tháng 8/2025 => deadline - 2025-08-31
Chậm nhất cuối tháng 8/2025 => deadline - 2025-08-31
Chậm nhất vào ngày 15/8/2025 => deadline - 2025-08-15
Chậm nhất đến trước ngày 15/8/2025 => deadline - 2025-08-14
Chậm nhất trước ngày 15/8/2025 => deadline - 2025-08-14
Chậm nhất trước 17 giờ ngày 15/8/2025 => deadline - 2025-08-15
Hoàn thành chậm nhất ngày 15/8/2025 => deadline - 2025-08-15
Không muộn hơn ngày 15/8/2025 => deadline - 2025-08-15
Xong trong ngày 15/8/2025 => deadline - 2025-08-15
Xong trước tháng 9/2025 => deadline - 2025-08-31
Gửi trước 15/8/2025 => deadline - 2025-08-14
Báo cáo UBND tỉnh trước ngày 15/8/2025 => deadline - 2025-08-14
Nộp về Sở Nội vụ trước ngày 15/8/2025 để tổng hợp => deadline - 2025-08-14
Gửi báo cáo về Sở Nội vụ (qua Phòng CCHC) trước 15/8/2025 => deadline - 2025-08-14
Đến năm 2025, tầm nhìn đến năm 2030 => deadline - 2025-12-31
Chậm nhất là ngày 10/12/2025 (95 ngày trước ngày bầu cử 15/3/2026) => deadline - 2025-12-10
Trước 17 giờ 00 ngày 01/02/2026 => deadline - 2026-02-01
Đến 17h ngày 01/02/2026 (42 ngày trước ngày bầu cử) => deadline - 2026-02-01
7 giờ 00 đến 19 giờ 00 ngày 15/3/2026 => deadline - 2026-03-15
Ngày bầu cử 15/3/2026 => deadline - 2026-03-15
Chủ nhật, ngày 15/3/2026 => deadline - 2026-03-15
Chủ nhật ngày 15 tháng 3 năm 2026 => deadline - 2026-03-15
Sáng thứ Hai (16/3/2026) => deadline - 2026-03-16
Thứ 2, 16/3/2026 => deadline - 2026-03-16
14h00, thứ 6 (20/3/2026) => deadline - 2026-03-20
14 giờ ngày 20/3/2026 (chiều thứ Sáu) => deadline - 2026-03-20
Ngày 10 tháng Giêng (tức ngày 26/02/2026) => deadline - 2026-02-26
Ngày 26/02/2026 (nhằm ngày 10 tháng Giêng năm Bính Ngọ) => deadline - 2026-02-26
Ngày 27/7/2025 => deadline - 2025-07-27
Kỷ niệm ngày 27/7 => deadline - - ! time_unparsed
• 15/6/2025 => deadline - 2025-06-15
Theo lộ trình Chính phủ, hoàn thành trước năm 2027 => deadline - 2026-12-31
Ngay khi có kết quả, chậm nhất ngày 15/12/2025 => deadline - 2025-12-15
Ngay sau khi kết thúc khảo sát (dự kiến 30/9/2025) => deadline - 2025-09-30
 15/8/2025 => deadline - 2025-08-15
Trước ngày 20.6.2021 (Chủ nhật) => deadline - 2021-06-19
Trước ngày 20 - 6 - 2021 => deadline - 2021-06-19
Trước ngày 2 0/6/2021 => deadline - - ! time_unparsed
Trước ngày 20/6 /2021 => deadline - 2021-06-19
Trước ngày 20/6/ 2021 => deadline - 2021-06-19
Trước  ngày   20/6/2021 => deadline - 2021-06-19
Trước.ngày 20/6/2021 => deadline - 2021-06-19
Trước ngày 20/6/2021./. => deadline - 2021-06-19
Trước ngày“20/6/2021” => deadline - 2021-06-19
“Trước ngày 20/6/2021” => deadline - 2021-06-19
* Trước ngày 20/6/2021 => deadline - 2021-06-19
**Trước ngày 20/6/2021** => deadline - 2021-06-19
Trước ngày 20 tháng6 năm 2021 => deadline - 2021-06-19
Truoc ngay 20 thang 6 nam 2021 => deadline - 2021-06-19
trước ngày 20/6/2021 trước ngày 20/6/2021 => deadline - 2021-06-19
Tháng 6/7/2021 => deadline - 2021-07-06
Trước đầu tháng 6/2021 => deadline - 2021-05-31 ! moment_vague
Trước giữa tháng 6/2021 => deadline - 2021-06-14 ! moment_vague
Trước cuối tháng 6/2021 => deadline - 2021-06-30
Trước hết tháng 6/2021 => deadline - 2021-06-30
Đến giữa tháng 6/2021 => deadline - 2021-06-15 ! moment_vague
Đến đầu tháng 6/2021 => deadline - 2021-06-01 ! moment_vague
Ngày đầu tháng 6/2021 => deadline - 2021-06-01
Ngày cuối tháng 6/2021 => deadline - 2021-06-30
Ngày cuối cùng của tháng 6/2021 => deadline - 2021-06-30
Ngày cuối năm 2021 => deadline - 2021-12-31
Trước ngày cuối cùng của tháng 6/2021 => deadline - 2021-06-29
Ngày làm việc cuối cùng của tháng 6/2021 => deadline - 2021-06-30
Ngày làm việc đầu tiên của tháng 6/2021 => deadline - 2021-06-01
Trước Quý III năm 2021 => deadline - 2021-06-30
Trước hết Quý II/2021 => deadline - 2021-06-30
Hết Quý I => deadline - - ! time_unparsed
Đến 2025 => deadline - 2025-12-31
Trước 2025 => deadline - 2024-12-31
Trước năm 2025 => deadline - 2024-12-31
Trước cuối năm 2025 => deadline - 2025-12-31
Trước hết năm 2025 => deadline - 2025-12-31
Hết năm 2025 => deadline - 2025-12-31
Hết năm => deadline - - ! time_unparsed
Đến hết nhiệm kỳ 2021-2026 => deadline - 2026-12-31
24/7 => deadline - - ! time_unparsed
Trong ngày 15/8 => deadline - - ! time_unparsed
Trong buổi sáng 15/8/2024 => deadline - 2024-08-15
Sau lễ 30/4, 01/5 => deadline - - ! time_unparsed
Trước ngày bầu cử (15/3/2026) => deadline - 2026-03-14
Trước ngày bầu cử 15/3/2026 => deadline - 2026-03-14
Trước ngày khai giảng 05/9/2025 => deadline - 2025-09-04
Đến ngày khai mạc 20/8/2025 => deadline - 2025-08-20
Trước khi kết thúc năm học (31/5/2025) => deadline - 2025-05-30
Thực hiện theo lộ trình đến năm 2030 => deadline - 2030-12-31
Hoàn thành chậm nhất trong Quý I của năm kế hoạch => deadline - - ! time_unparsed
Báo cáo 6 tháng trước 15/6, báo cáo năm trước 15/12 => deadline - - ! time_unparsed
6 tháng (trước 15/6), năm (trước 15/12) => deadline - - ! time_unparsed
01 ngày, ngày 14/7/2025 => deadline - 2025-07-14
01 buổi, sáng ngày 14/7/2025 => deadline - 2025-07-14
½ ngày, 14/7/2025 => deadline - 2025-07-14
07h30, 14/7/2025 => deadline - 2025-07-14
07h30’ ngày 14/7/2025 => deadline - 2025-07-14
7h30 - 11h30 ngày 14/7/2025 => deadline - 2025-07-14
Lúc 8 giờ 00 ngày 14/7/2025 => deadline - 2025-07-14
Vào hồi 8 giờ 00 phút, ngày 14 tháng 7 năm 2025 (thứ Hai) => deadline - 2025-07-14
Trước 16h30' ngày 14/7/2025 (thứ Hai) => deadline - 2025-07-14
Trước 16 giờ 30 phút ngày 14 tháng 7 năm 2025 => deadline - 2025-07-14
trước 10 giờ sáng ngày 14/7/2025 => deadline - 2025-07-14
trước 5 giờ chiều ngày 14/7/2025 => deadline - 2025-07-14
Trước 17h chiều thứ Sáu (18/7/2025) => deadline - 2025-07-18
Trước 17h thứ Sáu, ngày 18/7/2025 => deadline - 2025-07-18
Trước 24 giờ ngày 14/7/2025 => deadline - 2025-07-14
Trước 0 giờ ngày 15/7/2025 => deadline - 2025-07-14
Trước 00h00 ngày 15/7/2025 => deadline - 2025-07-14
Đến 24h ngày 14/7/2025 => deadline - 2025-07-14
Kết thúc trước 31/7/2025 => deadline - 2025-07-30
Kết thúc vào ngày 31/7/2025 => deadline - 2025-07-31
Kết thúc ngày 31/7/2025 => deadline - 2025-07-31
Chậm nhất 05 ngày kể từ ngày hoàn thành khảo sát, trước 30/9/2025 => deadline - 2025-09-29
Không quá 30/9/2025 => deadline - 2025-09-30
Không quá tháng 9/2025 => deadline - 2025-09-30
Không chậm hơn Quý III/2025 => deadline - 2025-09-30
Hạn cuối: 30/9/2025 => deadline - 2025-09-30
Hạn chót là ngày 30/9/2025 => deadline - 2025-09-30
Hạn: 30/9/2025 => deadline - 2025-09-30
Hạn hoàn thành 30/9/2025 => deadline - 2025-09-30
Thời hạn gửi báo cáo: trước ngày 30/9/2025 => deadline - 2025-09-29
Đến hạn 30/9/2025 => deadline - 2025-09-30
Ngày hoàn thành: 30/9/2025 => deadline - 2025-09-30
Dự kiến hoàn thành: 30/9/2025 => deadline - 2025-09-30
Phấn đấu hoàn thành trước 30/9/2025 => deadline - 2025-09-29
Hoàn thành dứt điểm trước 30/9/2025 => deadline - 2025-09-29
Đang triển khai, hoàn thành trước 30/9/2025 => deadline - 2025-09-29
Chậm nhất là ngày 09/11/2025 (chậm nhất là 126 ngày trước ngày bầu cử) => deadline - 2025-11-09
Ngày 15/11/2025 (120 ngày trước ngày bầu cử) => deadline - 2025-11-15
Chậm nhất là 17 giờ 00 phút ngày 01/02/2026 (42 ngày trước ngày bầu cử) => deadline - 2026-02-01
Trước 7 giờ 00 ngày 14/3/2026 (24 giờ trước khi bỏ phiếu) => deadline - 2026-03-14
Chậm nhất tháng 12/2025 => deadline - 2025-12-31
Trước ngày 20/01 năm sau => deadline - - ! time_unparsed
Trước ngày 20 tháng 01 năm kế tiếp => deadline - - ! time_unparsed
Trong 5 ngày đầu tháng => deadline - - ! time_unparsed
05 ngày đầu của tháng tiếp theo => deadline - - ! time_unparsed
Trước thời điểm 30/9/2025 => deadline - 2025-09-29
Tại thời điểm 30/9/2025 => deadline - 2025-09-30
Thời điểm 30/9/2025 => deadline - 2025-09-30
Mốc 30/9/2025 => deadline - 2025-09-30
Tính đến 30/9/2025 => deadline - 2025-09-30
Tính đến hết ngày 30/9/2025 => deadline - 2025-09-30
Trước ngày 15/9/2025 và được cập nhật thường xuyên => deadline - 2025-09-14
Trước ngày 15/9/2025 (hoặc theo chỉ đạo của UBND tỉnh) => deadline - 2025-09-14
"""

WINDOWS = """
Từ ngày 02/7/2021- 15/9/2021 => window 2021-07-02 2021-09-15
Từ ngày 15/9/2021-30/9/2021 => window 2021-09-15 2021-09-30
02/7/2021 - 15/9/2021 => window 2021-07-02 2021-09-15
từ 02/7 đến 15/9/2021 => window 2021-07-02 2021-09-15
từ ngày 5 đến ngày 10/8/2021 => window 2021-08-05 2021-08-10
01-05/7/2021 => window 2021-07-01 2021-07-05
từ tháng 7/2020 đến tháng 12/2020 => window 2020-07-01 2020-12-31
tháng 4 - 6/2021 => window 2021-04-01 2021-06-30
Quý I/2021 - Quý II/2021 => window 2021-01-01 2021-06-30
Quý I, II/2021 => window 2021-01-01 2021-06-30
giai đoạn 2021-2025 => window 2021-01-01 2025-12-31
từ 1/7 đến trước ngày 15/9/2021 => window 2021-07-01 2021-09-14
6 tháng đầu năm 2021 => window 2021-01-01 2021-06-30
tháng 11 đến tháng 2/2022 => window 2021-11-01 2022-02-28 ! year_inferred
từ ngày 20/12/2021 đến 15/01 => window 2021-12-20 2022-01-15 ! year_inferred
Tháng 02 - 03/2024 => window 2024-02-01 2024-03-31
Tháng 3 đến tháng 5 năm 2024 => window 2024-03-01 2024-05-31
Từ tháng 3 - tháng 5/2024 => window 2024-03-01 2024-05-31
Tháng 7,8,9 năm 2024 => window 2024-07-01 2024-09-30
Quý II+III/2024 => window 2024-04-01 2024-09-30
Quý II, III, IV năm 2024 => window 2024-04-01 2024-12-31
Quý 2, Quý 3/2024 => window 2024-04-01 2024-09-30
Quý I đến Quý IV năm 2024 => window 2024-01-01 2024-12-31
Quý IV năm 2024 đến Quý I năm 2025 => window 2024-10-01 2025-03-31
Quý IV/2024 - quý I/2025 => window 2024-10-01 2025-03-31
Năm 2024 - 2025 => window 2024-01-01 2025-12-31
2024-2025 => window 2024-01-01 2025-12-31
2024 – 2030 => window 2024-01-01 2030-12-31
Giai đoạn 2024 - 2030 => window 2024-01-01 2030-12-31
6 tháng đầu năm, 6 tháng cuối năm => window - - ! time_unparsed
Trong 05 ngày (từ ngày 10/6/2024 đến ngày 14/6/2024) => window 2024-06-10 2024-06-14
02 ngày (15-16/8/2024) => window 2024-08-15 2024-08-16
Từ 8h00 ngày 15/8/2024 đến 17h00 ngày 20/8/2024 => window 2024-08-15 2024-08-20
Từ 7 giờ 30 phút đến 11 giờ 30 phút ngày 15/8/2024 => window 2024-08-15 2024-08-15
Từ sau ngày 15/8/2024 đến 30/8/2024 => window 2024-08-16 2024-08-30
Từ ngày 15/8 - 20/8/2024 => window 2024-08-15 2024-08-20
Từ 15 - 20/8/2024 => window 2024-08-15 2024-08-20
Từ ngày 15 tháng 8 đến ngày 20 tháng 9 năm 2024 => window 2024-08-15 2024-09-20
Từ ngày 15 tháng 8 năm 2024 đến hết ngày 20 tháng 9 năm 2024 => window 2024-08-15 2024-09-20
Từ ngày 25/12 đến ngày 05/01/2025 => window 2024-12-25 2025-01-05 ! year_inferred
Từ giữa tháng 8 đến cuối tháng 9/2024 => window 2024-08-15 2024-09-30 ! moment_vague
Từ đầu tháng 8/2024 đến 15/9/2024 => window 2024-08-01 2024-09-15
Cuối tháng 8, đầu tháng 9/2024 => window 2024-08-21 2024-09-01 ! moment_vague
Tuần 3, 4 tháng 8/2024 => window 2024-08-15 2024-08-28 ! moment_vague
Tuần 1 - 2 tháng 9/2024 => window 2024-09-01 2024-09-14 ! moment_vague
9 tháng đầu năm 2024 => window 2024-01-01 2024-09-30
06 tháng cuối năm 2024 => window 2024-07-01 2024-12-31
Từ ngày 01/9 đến 30/9/2021 (30 ngày) => window 2021-09-01 2021-09-30
Trong 02 tháng 6 và 7/2024 => window 2024-06-01 2024-07-31
Tu ngay 02/7/2021 den ngay 15/9/2021 => window 2021-07-02 2021-09-15
Triển khai từ tháng 5/2025, hoàn thành trước 30/9/2025 => window 2025-05-01 2025-09-29
Bắt đầu từ ngày 01/7/2025, hoàn thành trong tháng 9/2025 => window 2025-07-01 2025-09-30
Thường xuyên từ tháng 7 đến tháng 12/2025 => window 2025-07-01 2025-12-31
Năm 2025, 2026 => window 2025-01-01 2026-12-31
Các năm 2025, 2026, 2027 => window 2025-01-01 2027-12-31
Năm 2025 đến năm 2027 => window 2025-01-01 2027-12-31
Trong 6 tháng đầu năm 2025 => window 2025-01-01 2025-06-30
Trong 6 tháng cuối năm => window - - ! time_unparsed
Tuần lễ từ 15/9 đến 21/9/2025 => window 2025-09-15 2025-09-21
Tuần từ ngày 15 - 21/9/2025 => window 2025-09-15 2025-09-21
Tuần cuối tháng 8 và tuần đầu tháng 9/2025 => window 2025-08-25 2025-09-07 ! moment_vague
Đầu tháng 8 đến cuối tháng 9 năm 2025 => window 2025-08-01 2025-09-30
Từ 15/8 đến cuối tháng 9/2025 => window 2025-08-15 2025-09-30
Từ tháng 3/2025 đến hết quý III/2025 => window 2025-03-01 2025-09-30
Từ quý II đến hết tháng 11/2025 => window 2025-04-01 2025-11-30
Từ tháng 5 đến ngày 30/9/2025 => window 2025-05-01 2025-09-30
Từ 01/01/2025 đến 31/12/2025 => window 2025-01-01 2025-12-31
01/01/2025-31/12/2025 => window 2025-01-01 2025-12-31
01/01-31/12/2025 => window 2025-01-01 2025-12-31
1/1 – 31/12/2025 => window 2025-01-01 2025-12-31
Từ 1-15/8/2025 => window 2025-08-01 2025-08-15
Từ ngày 01 – 15/8/2025 => window 2025-08-01 2025-08-15
ngày 01, 02/8/2025 => window 2025-08-01 2025-08-02
Ngày 5,6,7 tháng 8/2025 => window 2025-08-05 2025-08-07
Ngày 5-7 tháng 8 năm 2025 => window 2025-08-05 2025-08-07
T7-T9/2025 => window 2025-07-01 2025-09-30
T7 - 9/2025 => window 2025-07-01 2025-09-30
T10/2025 - T3/2026 => window 2025-10-01 2026-03-31
9-10/2025 => window 2025-09-01 2025-10-31
Quý III, IV năm 2025 và quý I năm 2026 => window 2025-07-01 2026-03-31
Quý III,IV => window - - ! time_unparsed
Quý III - Quý IV => window - - ! time_unparsed
Quý 3-4/2025 => window 2025-07-01 2025-12-31
Q1-Q2/2025 => window 2025-01-01 2025-06-30
Quý I/2025 đến Quý IV/2026 => window 2025-01-01 2026-12-31
Thời gian: từ 01/8/2025 đến 15/8/2025 => window 2025-08-01 2025-08-15
Khoảng tháng 8 - 9/2025 => window 2025-08-01 2025-09-30
Từ 2025-2030 => window 2025-01-01 2030-12-31
Từ năm 2025 đến 2030 => window 2025-01-01 2030-12-31
2025 đến 2030 => window 2025-01-01 2030-12-31
Từ khi có hướng dẫn đến hết 31/12/2025 => window - 2025-12-31
Kể từ ngày ban hành Kế hoạch đến ngày 30/11/2025 => window - 2025-11-30
Trong 3 tháng (6, 7, 8/2025) => window 2025-06-01 2025-08-31
Trong 2 tháng: tháng 6 và tháng 7/2025 => window 2025-06-01 2025-07-31
Từ ngày 24/12/2025 đến 17 giờ 00 phút ngày 01/02/2026 => window 2025-12-24 2026-02-01
Từ 7h đến 19h ngày 15/3/2026 => window 2026-03-15 2026-03-15
Theo lộ trình (2025 - 2030) => window 2025-01-01 2030-12-31
Giai đoạn 2021\xad2025 => window 2021-01-01 2025-12-31
Từ 02/7/2021\xad15/9/2021 => window 2021-07-02 2021-09-15
Từ ngày 15/6/2021 đến ngày đến ngày 20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15/6/2021 - - 20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15/6/2021 -> 20/6/2021 => window 2021-06-15 2021-06-20
Từ 15/6/2021 → 20/6/2021 => window 2021-06-15 2021-06-20
15/6/2021 ~ 20/6/2021 => window 2021-06-15 2021-06-20
15÷20/6/2021 => window 2021-06-15 2021-06-20
15/6÷20/6/2021 => window 2021-06-15 2021-06-20
Từ15/6/2021đến20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15/6/2021đến ngày 20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày15/6/2021-20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15/6 – 20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15/6/2021 – ngày 20/6/2021 => window 2021-06-15 2021-06-20
Từ ngày 15 tháng 6 – 20 tháng 7 năm 2021 => window 2021-06-15 2021-07-20
Từ ngày 15 đến ngày 20 tháng 6 năm 2021 => window 2021-06-15 2021-06-20
Từ 15 đến 20/6 => window - - ! time_unparsed
Từ tháng 6 đến 7/2021 => window 2021-06-01 2021-07-31
Từ T6 đến T7/2021 => window 2021-06-01 2021-07-31
Từ 6/2021 đến 7/2021 => window 2021-06-01 2021-07-31
6/2021 - 7/2021 => window 2021-06-01 2021-07-31
6-7/2021 => window 2021-06-01 2021-07-31
06 - 07/2021 => window 2021-06-01 2021-07-31
Từ 6-7/2021 => window 2021-06-01 2021-07-31
Tháng 6/2021 - tháng 7/2021 => window 2021-06-01 2021-07-31
Tháng 6 - Tháng 7 năm 2021 => window 2021-06-01 2021-07-31
Tháng 6 đến hết tháng 7/2021 => window 2021-06-01 2021-07-31
Tháng 6, 7 và 8 năm 2021 => window 2021-06-01 2021-08-31
Tháng 6&7/2021 => window 2021-06-01 2021-07-31
Tháng 11/2021 đến tháng 01/2022 => window 2021-11-01 2022-01-31
Tháng 11 năm 2021 - tháng 01 năm 2022 => window 2021-11-01 2022-01-31
Tháng 11 đến tháng 01/2022 => window 2021-11-01 2022-01-31 ! year_inferred
Tháng 12/2021, tháng 01/2022 => window 2021-12-01 2022-01-31
Cuối tháng 12/2021 đến đầu tháng 01/2022 => window 2021-12-31 2022-01-01 ! moment_vague
Cuối tháng 6 - đầu tháng 7/2021 => window 2021-06-30 2021-07-01 ! moment_vague
Cuối tháng 6, 7/2021 => window 2021-06-21 2021-07-31 ! moment_vague
Quý II – Quý III năm 2021 => window 2021-04-01 2021-09-30
Quý II đến hết Quý III/2021 => window 2021-04-01 2021-09-30
Từ Quý II/2021 đến 30/9/2021 => window 2021-04-01 2021-09-30
Quý I, II, III, IV => window - - ! time_unparsed
Quý I,II,III,IV/2021 => window 2021-01-01 2021-12-31
Quý I-IV/2021 => window 2021-01-01 2021-12-31
Quý 1/2021, quý 2/2021 => window 2021-01-01 2021-06-30
Quý 1+2/2021 => window 2021-01-01 2021-06-30
Quý 1&2 năm 2021 => window 2021-01-01 2021-06-30
Quý I hoặc Quý II/2021 => window 2021-01-01 2021-06-30
Năm 2021-2022 => window 2021-01-01 2022-12-31
Năm 2021 và 2022 => window 2021-01-01 2022-12-31
Trong các năm 2021-2025 => window 2021-01-01 2025-12-31
Giai đoạn 2021-2025: hằng năm => window 2021-01-01 2025-12-31
Nhiệm kỳ 2021-2026 => window 2021-01-01 2026-12-31
15/12/2024 - 15/01 => window 2024-12-15 2025-01-15 ! year_inferred
Từ đầu năm đến hết 30/9/2025 => window 2025-01-01 2025-09-30
Quý III/2025 - Quý II/2026 => window 2025-07-01 2026-06-30
Quý III/2025 đến hết năm 2025 => window 2025-07-01 2025-12-31
Quý 3, 4 năm 2025 và năm 2026 => window 2025-07-01 2026-12-31
Lộ trình 2025-2030 => window 2025-01-01 2030-12-31
Tuần từ 14/7 đến 18/7/2025 => window 2025-07-14 2025-07-18
Tuần 14 - 18/7/2025 => window 2025-07-14 2025-07-18
Trong tuần từ 14 - 18/7/2025 => window 2025-07-14 2025-07-18
Ngày 14,15/7/2025 => window 2025-07-14 2025-07-15
Ngày 14, 15 và 16 tháng 7 năm 2025 => window 2025-07-14 2025-07-16
Hai ngày 14 - 15/7/2025 => window 2025-07-14 2025-07-15
Trong 02 ngày, 14 và 15/7/2025 => window 2025-07-14 2025-07-15
Trong 2 ngày (14, 15/7/2025) => window 2025-07-14 2025-07-15
03 ngày, từ 14/7 đến 16/7/2025 => window 2025-07-14 2025-07-16
Từ 07h30 – 17h00, ngày 14/7/2025 => window 2025-07-14 2025-07-14
Từ 00h00 ngày 01/7 đến 24h00 ngày 31/7/2025 => window 2025-07-01 2025-07-31
Bắt đầu 01/7/2025, kết thúc 31/7/2025 => window 2025-07-01 2025-07-31
Bắt đầu từ 01/7 và kết thúc trước 31/7/2025 => window 2025-07-01 2025-07-30
Khởi công tháng 7/2025, hoàn thành tháng 12/2026 => window 2025-07-01 2026-12-31
Khai mạc 14/7, bế mạc 20/7/2025 => window 2025-07-14 2025-07-20
Ngày 14/7/2025 đến 20/7/2025 => window 2025-07-14 2025-07-20
14/7 đến hết 20/7/2025 => window 2025-07-14 2025-07-20
14/7 tới 20/7/2025 => window 2025-07-14 2025-07-20
Từ 14/7/25 đến 20/7/25 => window 2025-07-14 2025-07-20
Từ 14.7 đến 20.7.2025 => window 2025-07-14 2025-07-20
Từ 14-7 đến 20-7-2025 => window 2025-07-14 2025-07-20
Từ ngày 14-7 đến ngày 20-7-2025 => window 2025-07-14 2025-07-20
Từ 14/07/2025-20/07/2025. => window 2025-07-14 2025-07-20
(từ ngày 14/7/2025 đến ngày 20/7/2025) => window 2025-07-14 2025-07-20
Thời gian: 14/7/2025 - 20/7/2025 => window 2025-07-14 2025-07-20
Từ ngày 01/12/2025 đến ngày 10/12/2025 => window 2025-12-01 2025-12-10
Từ 7h00 đến 19h00, Chủ nhật ngày 15/3/2026 => window 2026-03-15 2026-03-15
Học kỳ I (tháng 9 - 12/2025) => window 2025-09-01 2025-12-31
Kỳ I: 9/2025 - 01/2026 => window 2025-09-01 2026-01-31
Quý IV/2025 và Quý I/2026 => window 2025-10-01 2026-03-31
Quý IV/2025, Quý I/2026 => window 2025-10-01 2026-03-31
Trong quý IV/2025 và đầu năm 2026 => window 2025-10-01 2026-01-01 ! moment_vague
Cuối năm 2025, đầu năm 2026 => window 2025-12-31 2026-01-01 ! moment_vague
Cuối năm 2025 - đầu năm 2026 => window 2025-12-31 2026-01-01 ! moment_vague
Từ cuối năm 2025 đến giữa năm 2026 => window 2025-12-31 2026-06-30 ! moment_vague
Kết thúc giai đoạn 2021-2025 => window 2021-01-01 2025-12-31
Hoàn thành trong 6 tháng đầu năm => window - - ! time_unparsed
"""


@pytest.mark.parametrize("row", rows(DEADLINES), ids=str)
def test_deadline_is_read_with_its_last_day_on_time(row: Row) -> None:
    assert_read_as(row)


@pytest.mark.parametrize("row", rows(WINDOWS), ids=str)
def test_window_is_read_with_both_its_days(row: Row) -> None:
    assert_read_as(row)
