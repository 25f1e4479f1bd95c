"""What gunicorn is told beside its command line: it reads this file of the folder in which it is started."""

from __future__ import annotations

import sys

from tracker.workers import begin  # not "workers": gunicorn would take the module for their number

#: Loaded once, before the workers are forked: they are there at once, one that dies is replaced at once, and they share memory.
#: New code therefore needs a restart; a reload would fork the old one again.
preload_app = True


def post_fork(_server: object, _worker: object) -> None:
    """In a worker that begins: from now on this process answers for the pages."""
    if application := sys.modules.get("wsgi"):  # gunicorn may serve something else from here
        begin(application.config.instance_dir)
