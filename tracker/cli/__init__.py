"""The flask commands: thin, and every error is one clear line and a non-zero exit."""

from __future__ import annotations

from flask import Flask

from tracker.cli import planning, reading, rehearsing, running, setting_up


def register(app: Flask) -> None:
    """Add the commands to the application."""
    for command in (*planning.COMMANDS, *reading.COMMANDS, *rehearsing.COMMANDS, *running.COMMANDS, *setting_up.COMMANDS):
        app.cli.add_command(command)
