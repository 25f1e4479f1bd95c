"""The application as gunicorn (gunicorn.conf.py) and the flask command load it."""

from __future__ import annotations

import gc
import os
import sys

from config import Config, ConfigError
from tracker import create_app, logs, workers

# What is loaded here stays: the collector, looking through it again and again, would be a quarter of the start.
gc.disable()
try:
    config = Config.from_environment(os.environ)
    if "FLASK_RUN_FROM_CLI" not in os.environ:  # commands speak to a person
        logs.set_up(config.log_format)
    app = create_app(config)
except ConfigError as refused:
    sys.exit(f"Thiết lập không dùng được: {refused}")

workers.leave_loaded_alone()
