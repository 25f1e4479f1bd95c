"""The application as gunicorn and the flask command load it."""

from __future__ import annotations

import gc
import os
import sys

from config import Config, ConfigError
from tracker import create_app, logs, workers

try:
    config = Config.from_environment(os.environ)
    if "FLASK_RUN_FROM_CLI" not in os.environ:  # commands speak to a person
        logs.set_up(config.log_format)
    app = create_app(config)
    if "FLASK_RUN_FROM_CLI" not in os.environ:
        workers.begin(config.instance_dir)
except ConfigError as refused:
    sys.exit(f"Thiết lập không dùng được: {refused}")

# What is loaded by now lives as long as the process: to look through it for what may go held up a page for 0.1 s now and then.
gc.freeze()
