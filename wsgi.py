"""The application as gunicorn and the flask command load it."""

from __future__ import annotations

import os
import sys

from config import Config, ConfigError
from tracker import create_app

try:
    app = create_app(Config.from_environment(os.environ))
except ConfigError as refused:
    sys.exit(f"Thiết lập không dùng được: {refused}")
