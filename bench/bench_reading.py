"""Reading plans: a Word file of some 40 pages with a 200-row table, and time phrases a second.

Run: python -m bench.bench_reading. Each figure in a process of its own, so that the memory is the reading's.
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable

from bench.common import tell

ROUNDS = 5
PHRASES = [
    "Trước ngày 20/6/2021",
    "Từ ngày 02/7/2021- 15/9/2021",
    "Quý II, III/2021",
    "Tháng 3/2015",
    "Thường xuyên",
    "trước ngày 25 hằng tháng",
    "trong vòng 10 ngày làm việc kể từ ngày ban hành Kế hoạch",
    "Sau khi có hướng dẫn của Sở Nội vụ",
    "theo kế hoạch của cơ quan cấp trên",
    "Đầu tháng 8 đến cuối tháng 9 năm 2021",
]


def long_plan() -> bytes:
    """A plan in Word: 700 paragraphs and a timeline of 200 rows."""
    from docx import Document

    document = Document()
    document.add_paragraph("Số: 12/KH-UBND")
    document.add_paragraph("Cam Ranh, ngày 28 tháng 5 năm 2021")
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Khảo sát, đánh giá mức độ hài lòng của người dân năm 2021")
    for number in range(700):
        document.add_paragraph(
            f"{number}. Bảo đảm khách quan, khoa học; các cơ quan, đơn vị phối hợp chặt chẽ trong quá trình triển khai, "
            "nghiêm cấm các hành vi can thiệp, làm sai lệch thông tin, số liệu, kết quả điều tra, khảo sát."
        )
    table = document.add_table(rows=1, cols=5)
    for cell, text in zip(table.rows[0].cells, ("TT", "Nội dung công việc", "Chủ trì", "Phối hợp", "Thời gian"), strict=True):
        cell.text = text
    for number in range(1, 201):
        row = table.add_row().cells
        day, month = number % 28 + 1, 6 + number % 6
        due = f"Trước ngày {day:02d}/{month}/2021"
        texts = (str(number), f"Nhiệm vụ thứ {number} của kế hoạch khảo sát", "Phòng Nội vụ", "Các đơn vị", due)
        for cell, text in zip(row, texts, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read_long_plan() -> tuple[float, int]:
    """(seconds, stages read)"""
    from tracker import documents
    from tracker.rules.drafts import parse

    content = long_plan()
    times = []
    stages = 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        stages = len(parse(documents.read(content, "ke-hoach.docx")).timeline.stages)
        times.append(time.perf_counter() - started)
    return statistics.median(times), stages


def read_phrases() -> tuple[float, int]:
    """(phrases a second, phrases)"""
    from tracker.rules.times import times_line

    lines = [f"{phrase}\t2021\t2021-05-28" for phrase in PHRASES] * 300
    started = time.perf_counter()
    for line in lines:
        times_line(line)
    return len(lines) / (time.perf_counter() - started), len(lines)


def _alone(job: Callable[[], tuple[float, int]], answers: multiprocessing.Queue[tuple[float, int, int]]) -> None:
    value, count = job()
    answers.put((value, count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def main() -> None:
    answers: multiprocessing.Queue[tuple[float, int, int]] = multiprocessing.Queue()
    for name, job in (("long plan", read_long_plan), ("phrases", read_phrases)):
        process = multiprocessing.Process(target=_alone, args=(job, answers))
        process.start()
        value, count, megabytes = answers.get()
        process.join()
        if name == "phrases":
            tell("time phrases read", 0, "", value, "a second", f"{count:,} read, {megabytes} MB")
        else:
            tell(f"a .docx of some 40 pages with a table of {count} rows, read", 0, "", value, "s", f"{megabytes} MB")


if __name__ == "__main__":
    main()
