"""Months, quarters and years; and rhythms with their RRULE."""

from __future__ import annotations

import pytest

from tests.rules.test_times import Row, assert_read_as, rows

PERIODS = """
Đầu tháng 8/2021 => month 2021-08-01 2021-08-01 ! moment_vague
giữa tháng 8/2021 => month 2021-08-11 2021-08-15 ! moment_vague
Cuối tháng 8/2021 => month 2021-08-21 2021-08-31 ! moment_vague
thượng tuần tháng 8/2021 => month 2021-08-01 2021-08-10
tuần 2 tháng 8/2021 => month 2021-08-08 2021-08-14 ! moment_vague
tuần cuối tháng 9/2021 => month 2021-09-24 2021-09-30 ! moment_vague
tháng 8 năm 2021 => month 2021-08-01 2021-08-31
T8/2021 => month 2021-08-01 2021-08-31
Quý III/2021 => quarter 2021-07-01 2021-09-30
quí 3-2021 => quarter 2021-07-01 2021-09-30
QUÝ iii NĂM 2021 => quarter 2021-07-01 2021-09-30
Năm 2021 => year 2021-01-01 2021-12-31
2021 => year 2021-01-01 2021-12-31
cuối năm 2021 => year - 2021-12-31 ! moment_vague
Tháng 6/2021, thường xuyên => month 2021-06-01 2021-06-30
Dự kiến tháng 11/2021 => month 2021-11-01 2021-11-30
Hoàn thành trong tháng 6/2024 => month 2024-06-01 2024-06-30
Hoàn thành trong quý II năm 2024 => quarter 2024-04-01 2024-06-30
Q4.2024 => quarter 2024-10-01 2024-12-31
Quý IV-2024 => quarter 2024-10-01 2024-12-31
Quý 4 => quarter - - ! time_unparsed
Trong Quý I => quarter - - ! time_unparsed
Năm 2024 và thường xuyên => year 2024-01-01 2024-12-31
Hoàn thành năm 2024, sau đó duy trì thường xuyên => year 2024-01-01 2024-12-31
Quý I/2024 và duy trì thường xuyên => quarter 2024-01-01 2024-03-31
Theo hướng dẫn của Bộ Nội vụ (dự kiến tháng 10/2024) => month 2024-10-01 2024-10-31
Đầu Quý III/2024 => quarter 2024-07-01 2024-07-01 ! moment_vague
Cuối quý IV năm 2024 => quarter - 2024-12-31 ! moment_vague
Đầu năm 2025 => year 2025-01-01 2025-01-01 ! moment_vague
Giữa năm 2024 => year - 2024-06-30 ! moment_vague
Tuần thứ 2 của tháng 8/2024 => month 2024-08-08 2024-08-14 ! moment_vague
Tuần thứ hai tháng 8 năm 2024 => month 2024-08-08 2024-08-14 ! moment_vague
Tuần đầu tháng 10/2024 => month 2024-10-01 2024-10-07 ! moment_vague
Trung tuần tháng 8/2024 => month 2024-08-11 2024-08-20
Hạ tuần tháng 8 năm 2024 => month 2024-08-21 2024-08-31
Nửa đầu tháng 8/2024 => month 2024-08-01 2024-08-15
10 ngày đầu tháng 8/2024 => month 2024-08-01 2024-08-10
Quy III/2024 => quarter 2024-07-01 2024-09-30
Thang 8/2024 => month 2024-08-01 2024-08-31
Nam 2024 => year 2024-01-01 2024-12-31
Cuoi thang 8/2024 => month 2024-08-21 2024-08-31 ! moment_vague
Tháng 11, năm 2024 => month 2024-11-01 2024-11-30
Tháng 11-2024 => month 2024-11-01 2024-11-30
Tháng 11.2024 => month 2024-11-01 2024-11-30
Tháng 11 2024 => month 2024-11-01 2024-11-30
Tháng 11(2024) => month 2024-11-01 2024-11-30
Tháng mười một năm 2024 => month 2024-11-01 2024-11-30
Quý ba năm 2024 => quarter 2024-07-01 2024-09-30
Tháng 7/2025 (ngay sau khi sắp xếp đơn vị hành chính) => month 2025-07-01 2025-07-31
Ngay sau khi được phê duyệt, hoàn thành trong Quý III/2025 => quarter 2025-07-01 2025-09-30
Năm 2025 (Quý III) => quarter 2025-07-01 2025-09-30
Năm 2025: tháng 6 => month 2025-06-01 2025-06-30
Năm 2025, định kỳ hằng quý => year 2025-01-01 2025-12-31
Năm 2025 và hằng năm => year 2025-01-01 2025-12-31
Tuần 37 năm 2025 => month 2025-09-08 2025-09-14 ! moment_vague
Trong tuần đầu tháng 9/2025 => month 2025-09-01 2025-09-07 ! moment_vague
Th.8/2025 => month 2025-08-01 2025-08-31
Tháng 8/25 => month 2025-08-01 2025-08-31
8/2025 => month 2025-08-01 2025-08-31
08-2025 => month 2025-08-01 2025-08-31
8.2025 => month 2025-08-01 2025-08-31
Q.III/2025 => quarter 2025-07-01 2025-09-30
Quý 1 (2025) => quarter 2025-01-01 2025-03-31
Quý 1 - 2025 => quarter 2025-01-01 2025-03-31
Quý I-2025 => quarter 2025-01-01 2025-03-31
quý I, năm 2025 => quarter 2025-01-01 2025-03-31
Quý iv/2025 => quarter 2025-10-01 2025-12-31
Khoảng giữa tháng 8/2025 => month 2025-08-11 2025-08-15 ! moment_vague
Trình UBND tỉnh ban hành trong tháng 8/2025 => month 2025-08-01 2025-08-31
Tháng 10/2025 trình Chính phủ => month 2025-10-01 2025-10-31
Trình Quốc hội tại Kỳ họp thứ 10 (tháng 10/2025) => month 2025-10-01 2025-10-31
Vào cuối năm => year - - ! time_unparsed
Giữa quý III/2025 => quarter - 2025-08-15 ! moment_vague
Cả năm => year - - ! time_unparsed
Cả năm 2025 => year 2025-01-01 2025-12-31
Trong cả năm 2025 => year 2025-01-01 2025-12-31
Năm 2025 (thường xuyên) => year 2025-01-01 2025-12-31
1. Tháng 6/2025 => month 2025-06-01 2025-06-30
Năm 2025 hoàn thành 50% => year 2025-01-01 2025-12-31
Hoàn thành 100% trong năm 2025 => year 2025-01-01 2025-12-31
Theo hướng dẫn của Bộ Nội vụ, hoàn thành trong Quý IV/2025 => quarter 2025-10-01 2025-12-31
Đầu/giữa tháng 6/2021 => month 2021-06-11 2021-06-15 ! moment_vague
Khoảng đầu tháng 6/2021 => month 2021-06-01 2021-06-01 ! moment_vague
Vào đầu tháng 6/2021 => month 2021-06-01 2021-06-01 ! moment_vague
Cuối Quý I => quarter - - ! time_unparsed
Quý I/2021 hoặc ngay sau khi có hướng dẫn => quarter 2021-01-01 2021-03-31
QUÝ II NĂM 2021 => quarter 2021-04-01 2021-06-30
QuýII/2021 => quarter 2021-04-01 2021-06-30
Quý II/21 => quarter 2021-04-01 2021-06-30
Quý thứ hai năm 2021 => quarter 2021-04-01 2021-06-30
Quý 02/2021 => quarter 2021-04-01 2021-06-30
Quý Ⅲ/2021 => quarter 2021-07-01 2021-09-30
Quý III.2021 => quarter 2021-07-01 2021-09-30
Quý III /2021 => quarter 2021-07-01 2021-09-30
Quý III/ 2021 => quarter 2021-07-01 2021-09-30
Quý III. => quarter - - ! time_unparsed
III/2021 => quarter 2021-07-01 2021-09-30
Q3 => quarter - - ! time_unparsed
nam 2021 => year 2021-01-01 2021-12-31
năm2021 => year 2021-01-01 2021-12-31
Xong trong năm 2025 => year 2025-01-01 2025-12-31
Ngay trong tháng 8/2024 => month 2024-08-01 2024-08-31
Ngay trong Quý III => quarter - - ! time_unparsed
Ngay đầu năm 2025 => year 2025-01-01 2025-01-01 ! moment_vague
Toàn bộ năm 2024 => year 2024-01-01 2024-12-31
Tháng 7/2025 và thường xuyên => month 2025-07-01 2025-07-31
Tháng 7/2025 và duy trì hằng năm => month 2025-07-01 2025-07-31
Tháng 7 năm 2025 (hoặc theo chỉ đạo của cấp trên) => month 2025-07-01 2025-07-31
Thực hiện ngay trong tháng 7/2025 => month 2025-07-01 2025-07-31
Tuần cuối cùng của tháng 12/2025 => month 2025-12-25 2025-12-31 ! moment_vague
Thời hạn hoàn thành: trong tháng 9/2025 => month 2025-09-01 2025-09-30
Phấn đấu trong Quý III/2025 hoàn thành => quarter 2025-07-01 2025-09-30
Cơ bản hoàn thành trong tháng 9/2025 => month 2025-09-01 2025-09-30
Đã hoàn thành tháng 5/2025 => month 2025-05-01 2025-05-31
Trong tháng 01 năm sau liền kề => month - - ! time_unparsed
Tuần đầu của tháng 8 => month - - ! time_unparsed
Tuần thứ nhất tháng 8/2025 => month 2025-08-01 2025-08-07 ! moment_vague
Tuần thứ 4/8/2025 => month 2025-08-22 2025-08-28 ! moment_vague
Tuần 4/8/2025 => month 2025-08-22 2025-08-28 ! moment_vague
3 ngày cuối tháng 8/2025 => month 2025-08-29 2025-08-31
Cùng báo cáo tháng 9 => month - - ! time_unparsed
Kết thúc năm 2025 => year 2025-01-01 2025-12-31
Đạt 50% vào tháng 6/2025 => month 2025-06-01 2025-06-30
Hoàn thành trong tháng => month - - ! time_unparsed
Hoàn thành trong quý => quarter - - ! time_unparsed
Suốt tháng 8/2025 => month 2025-08-01 2025-08-31
Cả tháng 8/2025 => month 2025-08-01 2025-08-31
Trọn tháng 8/2025 => month 2025-08-01 2025-08-31
Nửa cuối tháng 8/2025 => month 2025-08-16 2025-08-31
Nửa đầu năm 2025 => year 2025-01-01 2025-06-30
Nửa cuối quý III/2025 => quarter 2025-08-16 2025-09-30
Những tháng cuối năm 2025 => year - 2025-12-31 ! moment_vague
Các tháng cuối năm => year - - ! time_unparsed
Quý cuối năm 2025 => quarter 2025-10-01 2025-12-31
Tháng cuối quý III/2025 => month 2025-09-01 2025-09-30
Tháng cuối năm 2025 => year - 2025-12-31 ! moment_vague
"""

RHYTHMS = """
Thường xuyên => continuous - -
Thường xuyên, liên tục => continuous - -
Thường xuyên trong năm 2021 => continuous 2021-01-01 2021-12-31
Năm 2021 và các năm tiếp theo => continuous 2021-01-01 -
Từ năm 2021 => continuous 2021-01-01 -
hằng tháng => recurring - - FREQ=MONTHLY
hàng quý => recurring - - FREQ=MONTHLY;INTERVAL=3
ngày 15 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=15
trước ngày 25 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
2 lần/năm => recurring - - FREQ=MONTHLY;INTERVAL=6
6 tháng và năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
thứ Sáu hằng tuần => recurring - - FREQ=WEEKLY;BYDAY=FR
ngày 15 tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15
tháng 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
Trước ngày 15 tháng 11 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=14
Trước ngày 20/11 hàng năm => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=19
Từ Quý II/2024 => continuous 2024-04-01 -
Giai đoạn 2021-2025 và các năm tiếp theo => continuous 2021-01-01 -
Hàng năm => recurring - - FREQ=YEARLY
Hằng năm, bắt đầu từ năm 2024 => recurring 2024-01-01 - FREQ=YEARLY
Hằng năm, giai đoạn 2021-2025 => recurring 2021-01-01 2025-12-31 FREQ=YEARLY
Thường xuyên, hàng năm => continuous - -
Thường xuyên hằng năm => continuous - -
Thường xuyên, theo yêu cầu => continuous - -
Thường xuyên, liên tục trong suốt quá trình thực hiện => continuous - -
Định kỳ hàng tháng, quý, năm => recurring - - FREQ=MONTHLY
Định kỳ hằng quý => recurring - - FREQ=MONTHLY;INTERVAL=3
Định kỳ 6 tháng, năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Định kỳ 06 tháng, 01 năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Định kỳ 6 tháng/lần => recurring - - FREQ=MONTHLY;INTERVAL=6
Định kỳ 02 lần/năm => recurring - - FREQ=MONTHLY;INTERVAL=6
01 lần/quý => recurring - - FREQ=MONTHLY;INTERVAL=3
Mỗi quý 01 lần => recurring - - FREQ=MONTHLY;INTERVAL=3
Mỗi năm ít nhất 01 lần => recurring - - FREQ=YEARLY
3 tháng một lần => recurring - - FREQ=MONTHLY;INTERVAL=3
6 tháng đầu năm và cả năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Hằng tuần => recurring - - FREQ=WEEKLY
Chiều thứ Sáu hàng tuần => recurring - - FREQ=WEEKLY;BYDAY=FR
Trước 16h00 thứ Năm hàng tuần => recurring - - FREQ=WEEKLY;BYDAY=TH
Trước 16 giờ 00 phút ngày thứ 5 hàng tuần => recurring - - FREQ=WEEKLY;BYDAY=TH
Hàng ngày => recurring - - FREQ=DAILY
Trước ngày 05 của tháng sau => recurring - - FREQ=MONTHLY;BYMONTHDAY=4
Trước ngày 05 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=4
Ngày 20 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=20
Ngày 14 của tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=14
Trước ngày 15 của tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=14
Trước ngày 15/3, 15/6, 15/9, 15/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=14
Trước ngày 10/6 và 10/12 hàng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=9
Chậm nhất ngày 25 tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=25
Cuối mỗi tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=-1
Ngày làm việc cuối cùng của tháng => recurring - - FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
Ngày 30/6 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30
Từ ngày 01/7/2024 => continuous 2024-07-01 -
Từ tháng 7/2024 trở đi => continuous 2024-07-01 -
Sau ngày 15/8/2024 => continuous 2024-08-16 -
Từ ngày 15 đến 20 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=20
Mỗi năm ít nhất 02 lần => recurring - - FREQ=MONTHLY;INTERVAL=6
Định kỳ và đột xuất => recurring - -
Định kỳ hoặc đột xuất theo yêu cầu => recurring - -
Theo quý => recurring - - FREQ=MONTHLY;INTERVAL=3
Theo định kỳ => recurring - -
Tháng 9 hàng năm => recurring - - FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=-1
Quý I hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1
Quý I hàng năm (trước ngày 31/3) => recurring - - FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=30
Hằng năm (hoàn thành trước ngày 31/01) => recurring - - FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=30
Hàng năm, trước 15/12 => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14
Hàng tháng (trước ngày 25) => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
Trước 25 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
25 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=25
Từ ngày 15 đến ngày 20 của tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=20
Tháng 6, 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Trước ngày 15 tháng 6 và trước ngày 15 tháng 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=14
Thường xuyên. => continuous - -
thuong xuyen => continuous - -
hang nam => recurring - - FREQ=YEARLY
Bắt đầu từ 01/7/2025 => continuous 2025-07-01 -
Hằng năm (Quý IV) => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
Hằng quý, năm 2025 => recurring 2025-01-01 2025-12-31 FREQ=MONTHLY;INTERVAL=3
Thường xuyên trong năm => continuous - -
Thường xuyên, trong năm 2025 và các năm tiếp theo => continuous 2025-01-01 -
Thực hiện thường xuyên, liên tục, hằng ngày => continuous - -
Hằng ngày, thường xuyên => continuous - -
Liên tục từ tháng 7/2025 => continuous 2025-07-01 -
Thường xuyên, từ ngày 01/7/2025 => continuous 2025-07-01 -
Từ Quý I/2025, thực hiện thường xuyên => continuous 2025-01-01 -
Từ năm 2025 và hằng năm => recurring 2025-01-01 - FREQ=YEARLY
Từ ngày 01/01 đến ngày 31/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31
Quý I và II hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=-1
Dự kiến từ ngày 15/8/2025 => continuous 2025-08-15 -
Báo cáo Thủ tướng Chính phủ trước ngày 25 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
Báo cáo định kỳ trước ngày 15 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=14
Báo cáo trước ngày 20 của tháng cuối mỗi quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19
Trước ngày 20 tháng cuối cùng của quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19
Trước ngày 22 tháng cuối quý và trước ngày 10/12 hằng năm => recurring - -
Trước ngày 14 của tháng 6 và tháng 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=13
Ngày 15/6, 15/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15
Ngày 05 tháng đầu tiên của quý tiếp theo => recurring - - FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5
Ngày 25 tháng thứ 3 của mỗi quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=25
Ngày 10 tháng sau => recurring - - FREQ=MONTHLY;BYMONTHDAY=10
Định kỳ ngày 15 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=15
Định kỳ vào ngày 20 của tháng cuối quý => recurring - - FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=20
Định kỳ 3 tháng/1 lần => recurring - - FREQ=MONTHLY;INTERVAL=3
Định kỳ 1 quý/lần => recurring - - FREQ=MONTHLY;INTERVAL=3
Định kỳ 2 năm/lần => recurring - - FREQ=YEARLY;INTERVAL=2
2 năm một lần => recurring - - FREQ=YEARLY;INTERVAL=2
5 năm/lần => recurring - - FREQ=YEARLY;INTERVAL=5
01 lần/năm (Quý IV) => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
1 lần/năm, trước 30/11 => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=29
Mỗi tháng một lần => recurring - - FREQ=MONTHLY
Mỗi tháng ít nhất 1 lần => recurring - - FREQ=MONTHLY
Mỗi tuần 2 lần => recurring - -
tối thiểu 02 lần/năm => recurring - - FREQ=MONTHLY;INTERVAL=6
ít nhất 1 lần/quý => recurring - - FREQ=MONTHLY;INTERVAL=3
Tháng 3 và tháng 9 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=-1
Quý I, Quý III hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=-1
Trong tháng 12 hàng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
Hằng năm, vào tháng 12 => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
Hàng năm vào dịp 20/11 => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=20
Vào cuối mỗi năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
Giữa tháng 6 và giữa tháng 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15
Sơ kết 6 tháng, tổng kết năm => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Quý, 6 tháng, 9 tháng và năm => recurring - - FREQ=MONTHLY;INTERVAL=3
Hằng tháng, hằng quý, 6 tháng, hằng năm và đột xuất => recurring - - FREQ=MONTHLY
Tháng, quý, năm => recurring - - FREQ=MONTHLY
Hàng tuần, tháng, quý => recurring - - FREQ=WEEKLY
Thường xuyên (hằng tuần) => continuous - -
Thường xuyên và theo yêu cầu => continuous - -
Thường xuyên, đột xuất => continuous - -
Thường xuyên từ năm 2025 => continuous 2025-01-01 -
Thường xuyên cho đến khi có kết quả => continuous - -
Thực hiện thường xuyên => continuous - -
Triển khai thường xuyên, liên tục => continuous - -
Duy trì thường xuyên => continuous - -
Làm thường xuyên trong quá trình khảo sát => continuous - -
Suốt năm 2025 => continuous 2025-01-01 2025-12-31
2025 và những năm tiếp theo => continuous 2025-01-01 -
Từ năm 2025 trở đi => continuous 2025-01-01 -
Từ 2025 => continuous 2025-01-01 -
Năm 2025 – 2026 và các năm sau => continuous 2025-01-01 -
Từ tháng 6/2025 và các năm tiếp theo => continuous 2025-06-01 -
Quý II/2025 và những năm tiếp theo => continuous 2025-04-01 -
Kể từ ngày 01/7/2025 => continuous 2025-07-01 -
Bắt đầu thực hiện từ ngày 01 tháng 7 năm 2025 => continuous 2025-07-01 -
Áp dụng từ 01/01/2026 => continuous 2026-01-01 -
Sau 30/9/2025 => continuous 2025-10-01 -
Sau tháng 9/2025 => continuous 2025-10-01 -
Sau năm 2025 => continuous 2026-01-01 -
Từ cuối tháng 6/2021 => continuous 2021-06-30 - ! moment_vague
Hằng năm từ 2021 đến 2025 => recurring 2021-01-01 2025-12-31 FREQ=YEARLY
Hằng năm trong giai đoạn 2021-2025 => recurring 2021-01-01 2025-12-31 FREQ=YEARLY
Mỗi năm trong giai đoạn 2021 - 2025 => recurring 2021-01-01 2025-12-31 FREQ=YEARLY
Ngay từ đầu năm 2025 => continuous 2025-01-01 -
Ngay từ đầu năm => continuous - - ! time_unparsed
Từ đầu năm 2025 => continuous 2025-01-01 -
Từ đầu năm 2025 đến nay => continuous 2025-01-01 -
Từ Quý I => continuous - - ! time_unparsed
Từ tháng 8 => continuous - - ! time_unparsed
Kể từ 01/7 => continuous - - ! time_unparsed
Xuyên suốt => continuous - -
Xuyên suốt năm 2024 => continuous 2024-01-01 2024-12-31
Từ Quý III/2025 và các năm tiếp theo => continuous 2025-07-01 -
Thực hiện trong năm 2025 và duy trì các năm tiếp theo => continuous 2025-01-01 -
Thực hiện từ tháng 7/2025 => continuous 2025-07-01 -
Hoàn thành trước tháng 12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1
Hoàn thành trong Quý I hằng năm => recurring - - FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1
Hoàn thành chậm nhất 15/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15
Chậm nhất ngày 05 của tháng đầu quý sau => recurring - - FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5
Chậm nhất vào ngày 15 tháng 12 hàng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15
Chậm nhất ngày 25 hàng tháng, tháng cuối quý, 6 tháng, năm => recurring - - FREQ=MONTHLY;BYMONTHDAY=25
Định kỳ quý, 6 tháng, năm hoặc đột xuất khi có yêu cầu => recurring - - FREQ=MONTHLY;INTERVAL=3
Định kỳ hàng tháng/quý/năm => recurring - - FREQ=MONTHLY
Hằng tháng/quý/năm => recurring - - FREQ=MONTHLY
Hàng tháng, quý => recurring - - FREQ=MONTHLY
Hằng tháng (ngày 25) => recurring - - FREQ=MONTHLY;BYMONTHDAY=25
Hằng tháng, trước ngày 25 => recurring - - FREQ=MONTHLY;BYMONTHDAY=24
Hằng tháng, từ ngày 20 đến ngày 25 => recurring - - FREQ=MONTHLY;BYMONTHDAY=25
Ngày 1 và 15 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=1,15
Ngày mùng 1 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=1
Ngày 30 hàng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=30
Ngày cuối tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=-1
Vào ngày 15 và ngày cuối cùng của tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=15,-1
Vào các ngày thứ Bảy, Chủ nhật => recurring - - FREQ=WEEKLY;BYDAY=SA,SU
Thứ Bảy, Chủ nhật hằng tuần => recurring - - FREQ=WEEKLY;BYDAY=SA,SU
Thứ 7 hàng tuần => recurring - - FREQ=WEEKLY;BYDAY=SA
Từ thứ 2 đến thứ 6 hàng tuần => recurring - - FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
Sáng thứ Hai đầu tuần => recurring - - FREQ=WEEKLY;BYDAY=MO
Sáng thứ Hai đầu tháng => recurring - - FREQ=MONTHLY;BYDAY=1MO
Thứ Sáu tuần cuối tháng => recurring - - FREQ=MONTHLY;BYDAY=-1FR
Thứ 6 cuối cùng của tháng => recurring - - FREQ=MONTHLY;BYDAY=-1FR
Tuần đầu hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=7
Tuần đầu tiên của tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=7
Tuần 1 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=7
Từ 13 giờ 30, ngày 14/7/2025 => continuous 2025-07-14 -
Bắt đầu từ 8h00 ngày 14/7/2025 => continuous 2025-07-14 -
Từ 0h00 ngày 01/7/2025 => continuous 2025-07-01 -
Tháng 9 hằng năm (trước khai giảng) => recurring - - FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=-1
Từ quý IV/2025 => continuous 2025-10-01 -
Kể từ quý IV năm 2025 => continuous 2025-10-01 -
Ngày 15 tháng đầu tiên của quý sau => recurring - - FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=15
Trước ngày 10 tháng đầu của quý tiếp theo => recurring - - FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=9
Trước ngày 10 của tháng kế tiếp => recurring - - FREQ=MONTHLY;BYMONTHDAY=9
Trước ngày 20/01 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=19
Ngày 1-5 hằng tháng => recurring - - FREQ=MONTHLY;BYMONTHDAY=5
Từ ngày 25 tháng trước đến ngày 05 tháng sau => continuous - - ! time_unparsed
2 đợt/năm: tháng 5 và tháng 11 => recurring - - FREQ=YEARLY;BYMONTH=5,11;BYMONTHDAY=-1
2 lần/năm (tháng 5, tháng 11) => recurring - - FREQ=YEARLY;BYMONTH=5,11;BYMONTHDAY=-1
02 lần trong năm (Quý II, Quý IV) => recurring - - FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1
Mỗi quý 1 lần, bắt đầu từ quý III/2025 => recurring 2025-07-01 - FREQ=MONTHLY;INTERVAL=3
Hằng năm đến năm 2030 => recurring - 2030-12-31 FREQ=YEARLY
Hằng năm cho đến 2030 => recurring - 2030-12-31 FREQ=YEARLY
Định kỳ hằng năm, trước ngày 20 tháng 11 => recurring - - FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=19
Định kỳ trước ngày 15/12 hằng năm => recurring - - FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14
Báo cáo định kỳ hằng quý trước ngày 15 của tháng cuối quý, báo cáo năm trước ngày 05/12 => recurring - -
Lồng ghép trong báo cáo CCHC định kỳ => recurring - -
Theo định kỳ báo cáo CCHC => recurring - -
Sau Quý III/2025 => continuous 2025-10-01 -
Ngay sau Quý III => continuous - - ! time_unparsed
Ngay sau ngày 30/9/2025 => continuous 2025-10-01 -
Đầu giờ sáng thứ Hai hằng tuần => recurring - - FREQ=WEEKLY;BYDAY=MO
"""


@pytest.mark.parametrize("row", rows(PERIODS), ids=str)
def test_period_runs_from_its_first_day_to_its_last(row: Row) -> None:
    assert_read_as(row)


@pytest.mark.parametrize("row", rows(RHYTHMS), ids=str)
def test_rhythm_is_read_with_its_rule_and_has_no_due_date_of_its_own(row: Row) -> None:
    assert_read_as(row)
