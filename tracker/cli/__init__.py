"""The flask commands: thin, and every error is one clear line and a non-zero exit."""

from __future__ import annotations

from flask import Flask

from tracker.cli import backing_up, planning, publishing, reading, rechecking, rehearsing, running, setting_up


def register(app: Flask) -> None:
    """Add the commands to the application."""
    for area in (planning, reading, rehearsing, running, setting_up, backing_up, rechecking, publishing):
        for command in area.COMMANDS:
            app.cli.add_command(command)
