"""Slips of typing and scanning, days that do not exist, several times in a cell, years left out."""

from __future__ import annotations

import pytest

from tests.rules.scans import SCANNED
from tests.rules.test_times import Row, assert_read_as, rows
from tracker.rules.times import read_time

SLIPS = """
30/02/2021 => deadline - - ! impossible_date
trước ngày 31/4/2021 => deadline - - ! impossible_date
từ 15/9/2021 đến 30/8/2021 => window - 2021-08-30 ! end_before_start
15/9/20221 => deadline - - ! impossible_date
năm 2201 => year - - ! impossible_date
trướcngày20/6/2021 => deadline - 2021-06-19 ! wording_repaired
trước trước ngày 20/6/2021 => deadline - 2021-06-19 ! wording_repaired
trước ngày O1/7/2021 => deadline - 2021-06-30 ! wording_repaired
l5/9/2021 => deadline - 2021-09-15 ! wording_repaired
Thứ Năm, ngày 16/8/2024 => deadline - 2024-08-16 ! rule_conflict
Từ ngày 01/9 đến 30/9/2021 (20 ngày) => window 2021-09-01 2021-09-30 ! rule_conflict
30 ngày trước ngày bầu cử 15/3/2026 (tức ngày 10/02/2026) => relative - 2026-02-10 -30 ! rule_conflict
Ngày 10 tháng 3 âm lịch năm 2024 => deadline - - ! lunar_date
Trước ngày 15/112024 => deadline - 2024-11-14 ! wording_repaired
Trước ngày 1511/2024 => deadline - 2024-11-14 ! wording_repaired
Trước ngày 15/11/204 => deadline - - ! impossible_date
Trước ngày 15/11/20242 => deadline - - ! impossible_date
Trước ngày 15/13/2024 => deadline - - ! impossible_date
Trước ngày 32/11/2024 => deadline - - ! impossible_date
Trước ngày 00/11/2024 => deadline - - ! impossible_date
Trước ngày 15/11/1924 => deadline - - ! impossible_date
Trước ngày 29/2/2023 => deadline - - ! impossible_date
Từ ngày 25/6/2024 đến 31/6/2024 => window 2024-06-25 - ! impossible_date
Từ 31/6 đến 15/7/2024 => window - 2024-07-15 ! impossible_date
trước ngày 15/11/2O24 => deadline - 2024-11-14 ! wording_repaired
trước ngày I5/11/2024 => deadline - 2024-11-14 ! wording_repaired
trước ngày 15/l1/2024 => deadline - 2024-11-14 ! wording_repaired
trước ngày 1S/11/2024 => deadline - 2024-11-14 ! wording_repaired
Quý lII/2024 => quarter 2024-07-01 2024-09-30 ! wording_repaired
Quý 1V/2024 => quarter 2024-10-01 2024-12-31 ! wording_repaired
Quý IIl năm 2024 => quarter 2024-07-01 2024-09-30 ! wording_repaired
Qúy III/2024 => quarter 2024-07-01 2024-09-30 ! wording_repaired
Quỹ III/2024 => quarter 2024-07-01 2024-09-30 ! wording_repaired
Trươc ngày 15/11/2024 => deadline - 2024-11-14 ! wording_repaired
Trứơc ngày 15/11/2024 => deadline - 2024-11-14 ! wording_repaired
Truớc ngày 15/11/2024 => deadline - 2024-11-14 ! wording_repaired
trước ngày ngày 15/11/2024 => deadline - 2024-11-14 ! wording_repaired
Trướcngày 15/11/2024 => deadline - 2024-11-14 ! wording_repaired
Đếnngày15/11/2024 => deadline - 2024-11-15 ! wording_repaired
Hoànthànhtrướcngày15/11/2024 => deadline - 2024-11-14 ! wording_repaired
thườngxuyên => continuous - - ! wording_repaired
Thườngxuyên, liêntục => continuous - - ! wording_repaired
Qúi IV/2025 => quarter 2025-10-01 2025-12-31 ! wording_repaired
Quý VI/2025 => quarter - - ! impossible_date
Quý 5/2025 => quarter - - ! impossible_date
Tháng 13/2025 => month - - ! impossible_date
Tháng 0/2025 => month - - ! impossible_date
0/0/2025 => deadline - - ! impossible_date
Tuần 6 tháng 8/2025 => month - - ! impossible_date
Thứ hai ngày 17/3/2026 => deadline - 2026-03-17 ! rule_conflict
Mùng 10/3 âm lịch hằng năm => recurring - - FREQ=YEARLY ! lunar_date
Từ 23 tháng Chạp đến mùng 5 Tết => window - - ! lunar_date, time_unparsed
Giai đoạn 20212025 => window 2021-01-01 2025-12-31 ! wording_repaired
Trước ngày 2O/6/2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20/6/202I => deadline - 2021-06-19 ! wording_repaired
Trước ngày 2O/O6/2O21 => deadline - 2021-06-19 ! wording_repaired
Trước ngày Z0/6/2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20/6/Z021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20/6/20 21 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20/ 6/2 021 => deadline - 2021-06-19 ! wording_repaired
Trướcngày 20 /6/2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20_6_2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20|6|2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20,6,2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20 thàng 6 năm 2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngày 20 tháng 6 nãm 2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngảy 20/6/2021 => deadline - 2021-06-19 ! wording_repaired
Trước ngàv 20/6/2021 => deadline - 2021-06-19 ! wording_repaired
Truớc ngày 20/6/2021 => deadline - 2021-06-19 ! wording_repaired
Trưóc ngày 20/6/2021 => deadline - 2021-06-19 ! wording_repaired
Từ từ ngày 15/6/2021 đến đến ngày 20/6/2021 => window 2021-06-15 2021-06-20 ! wording_repaired
Từngày15/6/2021đếnngày20/6/2021 => window 2021-06-15 2021-06-20 ! wording_repaired
Quý IIII/2021 => quarter 2021-10-01 2021-12-31 ! wording_repaired
Năm 20211 => year - - ! impossible_date
Năm 202 => year - - ! impossible_date
@ 2024 -
Trước ngày 15/11/2012 => deadline - 2012-11-14 ! year_far
"""

SEVERAL = """
- Dự thảo: trước 15/6/2021⏎- Ban hành: trước 30/6/2021 => deadline - 2021-06-29 ! several_times
Tháng 3, 6, 9, 12/2024 => window 2024-03-01 2024-12-31 ! several_times
Tháng 6 và tháng 12/2024 => window 2024-06-01 2024-12-31 ! several_times
Thường xuyên; báo cáo trước ngày 15/12/2024 => deadline - 2024-12-14
Trước ngày 15/6/2024 (6 tháng), trước ngày 15/12/2024 (năm) => deadline - 2024-12-14 ! several_times
Tháng 3; tháng 9/2024 => window 2024-03-01 2024-09-30 ! several_times
15/3/2024; 15/9/2024 => deadline - 2024-09-15 ! several_times
Đợt 1: Tháng 3/2024; Đợt 2: Tháng 9/2024 => window 2024-03-01 2024-09-30 ! several_times
Đợt 1: từ ngày 01/3 đến 15/3; đợt 2: từ ngày 01/9 đến 15/9/2024 => window 2024-03-01 2024-09-15 ! several_times
- Lần 1: Trước ngày 15/6/2024.⏎- Lần 2: Trước ngày 15/11/2024. => deadline - 2024-11-14 ! several_times
- Cấp xã: trước ngày 10/6/2024⏎- Cấp huyện: trước ngày 20/6/2024 => deadline - 2024-06-19 ! several_times
15/6/2024⏎30/6/2024 => deadline - 2024-06-30 ! several_times
Từ 15/6/2024⏎đến 30/6/2024 => window 2024-06-15 2024-06-30
Từ⏎15/6/2024⏎đến⏎30/6/2024 => window 2024-06-15 2024-06-30
Trước⏎ngày⏎30/6/2024 => deadline - 2024-06-29
Tháng⏎6/2024 => month 2024-06-01 2024-06-30
Quý⏎II/2024 => quarter 2024-04-01 2024-06-30
Năm⏎2024 => year 2024-01-01 2024-12-31
Tháng 6-⏎7/2024 => window 2024-06-01 2024-07-31
02/7/2021 -⏎15/9/2021 => window 2021-07-02 2021-09-15
02/7/2021⏎-⏎15/9/2021 => window 2021-07-02 2021-09-15
Trước ngày 15 tháng 11⏎năm 2024 => deadline - 2024-11-14
Trong tháng 5/2025 và hoàn thành trước ngày 15/6/2025 => window 2025-05-01 2025-06-14 ! several_times
Trước 30/6/2025 và 31/12/2025 => deadline - 2025-12-30 ! several_times
Trước 25 hàng tháng; trước 20/12 hằng năm => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
ngày 1/8 và 15/8/2025 => deadline - 2025-08-15 ! several_times
01; 02/8/2025 => window 2025-08-01 2025-08-02
Trình Chính phủ tháng 10/2025; trình Quốc hội tháng 5/2026 => window 2025-10-01 2026-05-31 ! several_times
Sơ kết: tháng 6/2025; tổng kết: tháng 12/2025 => window 2025-06-01 2025-12-31 ! several_times
Hoàn thành trước 31/12/2025 và báo cáo trước 15/01/2026 => deadline - 2026-01-14 ! several_times
Giai đoạn 1: Tháng 6/2025⏎Giai đoạn 2: Tháng 7/2025 => window 2025-06-01 2025-07-31
Giai đoạn 1 (từ 01/6 đến 30/6/2025); Giai đoạn 2 (từ 01/7 đến 31/7/2025) => window 2025-06-01 2025-07-31
- Xây dựng: Quý I/2025⏎- Triển khai: Quý II, III/2025 => window 2025-01-01 2025-09-30
a) Trước 15/6/2025; b) Trước 30/6/2025 => deadline - 2025-06-29 ! several_times
(1) 15/6/2025 (2) 30/6/2025 => deadline - 2025-06-30 ! several_times
+ Cấp tỉnh: trước 20/6/2025⏎+ Cấp xã: trước 15/6/2025 => deadline - 2025-06-19 ! several_times
Năm 2025: 30%; năm 2026: 70% => window 2025-01-01 2026-12-31
Ngày 15 tháng 6 và tháng 12 năm 2025 => deadline - 2025-12-15 ! several_times
Trước ngày 20/06/2021; riêng xã A trước 25/6 => deadline - 2021-06-24 ! several_times
Trước ngày 20/6/2021 đối với cấp xã; trước ngày 30/6/2021 đối với cấp huyện => deadline - 2021-06-29 ! several_times
Chậm nhất ngày 20/6/2021 (gửi bản mềm), ngày 25/6/2021 (bản giấy) => deadline - 2021-06-25 ! several_times
20/6/2021 (bản mềm trước 18/6) => deadline - 2021-06-20 ! several_times
Từ 01-15/6/2021; báo cáo: 20/6/2021 => window 2021-06-01 2021-06-20 ! several_times
Từ ngày 15/6/2021 đến 20/6/2021 đến 30/6/2021 => window 2021-06-15 2021-06-30 ! several_times
Đầu tháng 6 và cuối tháng 6/2021 => window 2021-06-01 2021-06-30 ! moment_vague, several_times
Đầu Quý II, cuối Quý IV/2021 => window 2021-04-01 2021-12-31 ! moment_vague, several_times
Quý III; năm 2021 => quarter 2021-07-01 2021-09-30
Năm 2021; 2022 => window 2021-01-01 2022-12-31
02 ngày; 03 ngày => relative - - +2 ! depends_on_event
Xong trước ngày 10/7/2025 (Sở Nội vụ); trước ngày 20/7/2025 (UBND tỉnh) => deadline - 2025-07-19 ! several_times
Trước 15/6; 15/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=14
Bắt đầu: 01/7/2025; kết thúc: 31/7/2025 => window 2025-07-01 2025-07-31
từ ngày 14/7/2025 đến ngày 20/7/2025; => window 2025-07-14 2025-07-20
Đợt I: 14/7 - 20/7/2025⏎Đợt II: 10/11 - 20/11/2025 => window 2025-07-14 2025-11-20 ! several_times
Đợt 1 tháng 5, đợt 2 tháng 10/2025 => window 2025-05-01 2025-10-31 ! several_times
Đợt 1: Quý II; đợt 2: Quý IV/2025 => window 2025-04-01 2025-12-31 ! several_times
Vòng 1: 15/8/2025, vòng 2: 15/9/2025 => deadline - 2025-09-15 ! several_times
Cấp xã: tháng 8; cấp tỉnh: tháng 10/2025 => window 2025-08-01 2025-10-31 ! several_times
Cấp cơ sở trong tháng 8/2025; cấp tỉnh trong tháng 10/2025 => window 2025-08-01 2025-10-31 ! several_times
Ngày 20/11; 22/12 hằng năm => recurring - -
Số liệu đến 30/9/2025, báo cáo trước 05/10/2025 => deadline - 2025-10-04 ! several_times
Lấy số liệu từ 01/01 đến 30/9/2025, gửi trước ngày 10/10/2025 => window 2025-01-01 2025-10-09 ! several_times
Thực hiện khảo sát 02 đợt: đợt 1 trước ngày 30/6, đợt 2 trước ngày 30/11/2025 => deadline - 2025-11-29 ! several_times
Xong giai đoạn 1 trước 30/6/2025, toàn bộ trước 31/12/2025 => deadline - 2025-12-30 ! several_times
30% trước 30/6/2025; 100% trước 31/12/2025 => deadline - 2025-12-30 ! several_times
Trước ngày 15/9/2025 gửi Sở Nội vụ; Sở Nội vụ tổng hợp trước ngày 30/9/2025 => deadline - 2025-09-29 ! several_times
"""

YEARS = """
@ - 2020-12-20
trước ngày 15/01 => deadline - 2021-01-14 ! year_inferred
@ - 2021-07-05
từ nay đến hết ngày 30/9/2021 => window 2021-07-05 2021-09-30
từ ngày ban hành kế hoạch đến 30/9/2021 => window 2021-07-05 2021-09-30
trong vòng 10 ngày kể từ ngày ký => relative - 2021-07-15 +10
05 ngày làm việc kể từ ngày ban hành => relative - 2021-07-12 +5w
@ - 2024-03-01
Ngay sau khi ban hành Kế hoạch => event-relative 2024-03-01 -
Sau khi Kế hoạch được phê duyệt 10 ngày => relative - 2024-03-11 +10
Trong vòng 15 ngày kể từ ngày Kế hoạch này được ban hành => relative - 2024-03-18 +15
Từ nay đến 30/6/2024 => window 2024-03-01 2024-06-30
Từ nay đến hết năm 2024 => window 2024-03-01 2024-12-31
Từ khi ban hành Kế hoạch đến hết ngày 30/11/2024 => window 2024-03-01 2024-11-30
Từ ngày ký đến ngày 31/12/2024 => window 2024-03-01 2024-12-31
Từ ngày ra thông báo đến 17h00 ngày 15/8/2024 => window 2024-03-01 2024-08-15
Kể từ ngày ký => event-relative 2024-03-01 -
@ - 2024-05-03
05 ngày kể từ ngày ký ban hành Kế hoạch này => relative - 2024-05-08 +5
@ - 2024-05-10
Trước 31/3 => deadline - 2025-03-30 ! year_inferred
Tháng 3 => month 2025-03-01 2025-03-31 ! year_inferred
Tháng 5 => month 2024-05-01 2024-05-31 ! year_inferred
Tháng 4-6 => window 2024-04-01 2024-06-30 ! year_inferred
Quý I => quarter 2025-01-01 2025-03-31 ! year_inferred
Quý II => quarter 2024-04-01 2024-06-30 ! year_inferred
Quý IV và Quý I => window 2024-10-01 2025-03-31 ! year_inferred
Cuối năm => year - 2024-12-31 ! year_inferred, moment_vague
Trong năm => year 2024-01-01 2024-12-31 ! year_inferred
Cả năm => year 2024-01-01 2024-12-31 ! year_inferred
Hết năm => deadline - 2024-12-31 ! year_inferred
đến 30/6 => deadline - 2024-06-30 ! year_inferred
30/6 => deadline - 2024-06-30 ! year_inferred
10/5 => deadline - 2024-05-10 ! year_inferred
09/5 => deadline - 2025-05-09 ! year_inferred
Từ nay đến 30/4 => window 2024-05-10 2025-04-30 ! year_inferred
Từ ngày ban hành đến 15/6 => window 2024-05-10 2024-06-15 ! year_inferred
Từ ngày phê duyệt Kế hoạch đến 15/6 => window 2024-05-10 2024-06-15 ! year_inferred
Từ ngày Kế hoạch có hiệu lực đến 15/6 => window 2024-05-10 2024-06-15 ! year_inferred
Từ ngày ký Quyết định đến 15/6 => window - 2024-06-15 ! year_inferred
Từ ngày có Quyết định của Bộ đến 15/6 => window - 2024-06-15 ! year_inferred
05 ngày kể từ ngày ký ban hành Kế hoạch => relative - 2024-05-15 +5
05 ngày làm việc kể từ ngày ký => relative - 2024-05-17 +5w
30 ngày kể từ ngày ký => relative - 2024-06-10 +30
Trong 01 tuần kể từ ngày ban hành văn bản này => relative - 2024-05-17 +7
@ - 2025-01-31
01 tháng kể từ ngày ký => relative - 2025-02-28
@ - 2025-06-02
Từ khi ký ban hành đến hết tháng 9/2025 => window 2025-06-02 2025-09-30
Từ nay đến 15/8 => window 2025-06-02 2025-08-15 ! year_inferred
Từ nay đến ngày khai giảng => event-relative 2025-06-02 - ! depends_on_event
Từ nay cho đến hết năm => window 2025-06-02 2025-12-31 ! year_inferred
Từ nay đến hết quý III/2025 => window 2025-06-02 2025-09-30
Từ nay đến trước ngày 15/8/2025 => window 2025-06-02 2025-08-14
Sau 15 ngày kể từ ngày Kế hoạch được ban hành => relative - 2025-06-17 +15
15 ngày sau khi ban hành => relative - 2025-06-17 +15
Sau khi ban hành 15 ngày => relative - 2025-06-17 +15
@ - 2025-07-01
Từ nay đến năm 2030 => window 2025-07-01 2030-12-31
Từ nay đến hết năm 2025 và các năm tiếp theo => continuous 2025-07-01 -
Từ nay trở đi => continuous 2025-07-01 -
@ 2021 -
từ tháng 3 đến hết năm => window 2021-03-01 2021-12-31 ! year_inferred
hoàn thành trước 30/6 => deadline - 2021-06-29 ! year_inferred
trong tháng 8 => month 2021-08-01 2021-08-31 ! year_inferred
trong năm => year 2021-01-01 2021-12-31 ! year_inferred
đến hết năm => deadline - 2021-12-31 ! year_inferred
Từ tháng 11 đến tháng 01 năm sau => window 2021-11-01 2022-01-31 ! year_inferred
@ 2021 2020-12-20
Trước 15/01 => deadline - 2021-01-14 ! year_inferred
@ 2021 2021-03-05
từ nay đến cuối năm => window 2021-03-05 2021-12-31 ! year_inferred
@ 2024 -
6 tháng đầu năm => window 2024-01-01 2024-06-30 ! year_inferred
6 tháng đầu năm, 6 tháng cuối năm => window 2024-01-01 2024-12-31 ! year_inferred
Quý I năm sau => quarter 2025-01-01 2025-03-31 ! year_inferred
Trước ngày 15/01 năm sau => deadline - 2025-01-14 ! year_inferred
Trước ngày 15/01 của năm liền kề => deadline - 2025-01-14 ! year_inferred
Năm nay => year 2024-01-01 2024-12-31 ! year_inferred
Trong năm nay => year 2024-01-01 2024-12-31 ! year_inferred
Tháng 6 năm nay => month 2024-06-01 2024-06-30 ! year_inferred
Lần 1: trước 30/6; lần 2: trước 30/11 => deadline - 2024-11-29 ! year_inferred, several_times
ngày 15 => deadline - - ! time_unparsed
Từ 25/12 - 05/01 => window 2024-12-25 2025-01-05 ! year_inferred
Từ tháng 10 - tháng 3 => window 2024-10-01 2025-03-31 ! year_inferred
@ 2024 2024-05-10
Từ 15/7 - 30/7 => window 2024-07-15 2024-07-30 ! year_inferred
Trước 31/3 => deadline - 2024-03-30 ! year_inferred
@ 2025 -
Cuối năm => year - 2025-12-31 ! year_inferred, moment_vague
Cuối tháng => month - - ! time_unparsed
Cả năm => year 2025-01-01 2025-12-31 ! year_inferred
Báo cáo 6 tháng trước 15/6, báo cáo năm trước 15/12 => deadline - 2025-12-14 ! year_inferred, several_times
Trước ngày 15/6 (báo cáo 6 tháng), trước 15/12 (báo cáo năm) => deadline - 2025-12-14 ! year_inferred, several_times
Trước ngày 15/6 và 15/12 => deadline - 2025-12-14 ! year_inferred, several_times
Trước 30/9 đối với cấp xã, trước 31/10 đối với cấp tỉnh => deadline - 2025-10-30 ! year_inferred, several_times
Tháng 8 (cấp xã), tháng 9 (cấp tỉnh) => window 2025-08-01 2025-09-30 ! year_inferred
"""


@pytest.mark.parametrize("row", rows(SLIPS), ids=str)
def test_slip_is_mended_or_named_and_never_passed_in_silence(row: Row) -> None:
    assert_read_as(row)


@pytest.mark.parametrize("row", rows(SEVERAL), ids=str)
def test_cell_of_several_times_is_due_with_the_last(row: Row) -> None:
    assert_read_as(row)


@pytest.mark.parametrize("row", rows(YEARS), ids=str)
def test_year_left_out_is_the_plans_or_the_next_and_is_said_to_be_inferred(row: Row) -> None:
    assert_read_as(row)


@pytest.mark.parametrize(
    "phrase",
    [
        "Trước ngày 15/9/2021",
        "Từ ngày 02/7/2021 - 15/9/2021",
        "Từ 01/7 đến 15/8/2021",
        "Trước ngày 20/6",
        "Tháng 3/2021",
        "Ngày 31/12/2021",
        "Hoàn thành trước 30/11/2021",
        "Chậm nhất ngày 10/10/2021",
    ],
)
def test_a_scanned_figure_never_becomes_another_day_without_a_word(phrase: str) -> None:
    signed = read_time(phrase, year=2021)
    for place, char in enumerate(phrase):
        for scan in SCANNED.get(char, ""):
            time = read_time(phrase[:place] + scan + phrase[place + 1 :], year=2021)
            same = (time.start_on, time.due_on) == (signed.start_on, signed.due_on)
            assert same or time.doubts or (time.start_on is None and time.due_on is None), time.wording


@pytest.mark.parametrize(
    ("phrase", "left"),
    [
        ("Trước ngày 15l9/2021", "15l9/2021"),
        ("Trước ngày 15 9/2021", "ngày 15 9/2021"),
        ("Từ 0117 đến 15/8/2021", "0117"),
        ("Tháng 3/20Z1", "3/20Z1"),
    ],
)
def test_what_is_left_over_is_shown_as_it_was_typed(phrase: str, left: str) -> None:
    sentences = [doubt.sentence for doubt in read_time(phrase, year=2021).doubts]
    assert f"“{left}” trong “{phrase}” không đọc được trọn vẹn; đối chiếu ngày với văn bản đã ký." in sentences
