"""`python -m jobs` keeps the timetable until it is told to stop; `python -m jobs NAME [--on D]` runs one job now."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from datetime import date, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from config import Config, ConfigError
from jobs.lease import LeaseKeeper
from jobs.running import look, run
from jobs.timetable import TIMETABLE, Entry, at_its_pace, entry
from tracker import clock, create_app, logs
from tracker.errors import Refused

log = logging.getLogger("tracker.jobs")


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 when all went well, 1 for a job that failed, 2 for a command that cannot be understood."""
    options = _parser().parse_args(arguments)
    try:
        config = Config.from_environment(os.environ)
        logs.set_up(config.log_format)
        app = create_app(config, pages=False)
        logging.getLogger("jobs").setLevel(config.log_level)
    except ConfigError as refused:
        print(f"Thiết lập không dùng được: {refused}", file=sys.stderr)
        return 2
    if options.name is None:
        return keep_timetable(app)
    line = entry(options.name)
    if line is None:
        print(f"Không có việc “{options.name}”; các việc: {', '.join(e.name for e in TIMETABLE)}.", file=sys.stderr)
        return 2
    return run_now(app, line, options.on)


def run_now(app: Flask, line: Entry, on: date | None) -> int:
    """One job, whatever the hour: prints its outcome as one line."""
    now = clock.now()
    if on is not None:
        now = datetime.combine(on, now.timetz())
    with app.app_context():
        try:
            # Another day's run leaves no record: it must not stand for that day's own.
            outcome = run(line, now.date(), now, recorded=on is None or on == clock.today())
        except Refused as refused:
            print(f"{line.name}: {refused.sentence}", file=sys.stderr)
            return 1
        except Exception as error:
            log.debug("job %s failed", line.name, exc_info=True)
            print(f"{line.name}: không xong ({type(error).__name__}: {error})", file=sys.stderr)
            return 1
    print(f"{line.name}: {outcome or 'không có gì phải làm'}")
    return 0


def keep_timetable(app: Flask) -> int:
    """Until SIGTERM or Ctrl-C: then the job under way ends, the lease is given up, exit status 0."""
    # Kept back from every thread and fetched below: one that the kernel hands to a thread of the timetable would wake nobody, and
    # Python runs handlers in the main thread only. Of 216 such processes on a busy machine one did not end.
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    lease = LeaseKeeper(timedelta(seconds=app.config["LEASE_SECONDS"]))
    pace = timedelta(seconds=app.config["DELIVER_EVERY_SECONDS"])

    def prolong() -> None:
        with app.app_context():
            lease.prolong()

    def look_if_keeper(line: Entry) -> None:
        if lease.holds:
            look(app, line)

    # A thread for each line and one for the lease: a slow mail server must not cost the lease.
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(TIMETABLE) + 1)},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone=clock.ZONE,
    )
    prolong()
    scheduler.add_job(prolong, "interval", seconds=lease.prolong_every_seconds, id="lease")
    for line in (at_its_pace(line, pace) for line in TIMETABLE):
        seconds = line.every.total_seconds()
        scheduler.add_job(look_if_keeper, "interval", [line], seconds=seconds, next_run_time=clock.now(), id=line.name)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler.start()
    log.info("the timetable runs (%s)", lease.holder)
    signal.sigwait(stopping)
    scheduler.shutdown(wait=True)
    with app.app_context():
        lease.give_up()
    return 0


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {line.name:<12}{line.why}" for line in TIMETABLE)
    parser = argparse.ArgumentParser(
        prog="python -m jobs",
        description="Không có tên: giữ lịch hẹn giờ cho đến khi được bảo dừng. Có tên: chạy việc đó ngay.",
        epilog=f"Các việc:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", metavar="TÊN", help="tên việc")
    parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="làm như thể hôm nay là ngày này")
    return parser


if __name__ == "__main__":
    sys.exit(main())
