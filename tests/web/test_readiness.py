"""/readyz: whether this process may be given requests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.applications import MakeApp
from tracker.db import db
from tracker.instance import newest_schema


def ask(app: Flask) -> tuple[int, list[str]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()["problems"]


def stamp(app: Flask, version: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    made = make_app()
    stamp(made, newest_schema())
    return made


def test_a_whole_installation_is_ready_and_the_question_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    before = sorted(os.listdir(tmp_path / "instance"))
    assert ask(app) == (200, [])
    assert sorted(os.listdir(tmp_path / "instance")) == before


@pytest.mark.parametrize(("version", "said"), [("0001", "0001"), ("9999", "9999")])
def test_a_database_of_another_version_is_not_ready(app: Flask, version: str, said: str) -> None:
    stamp(app, version)
    status, [problem] = ask(app)
    assert status == 503
    assert problem.startswith(f"Cơ sở dữ liệu ở phiên bản {said}, chương trình cần phiên bản {newest_schema()}")


def test_a_database_without_tables_is_not_ready(make_app: MakeApp) -> None:
    status, [problem] = ask(make_app(tables=False))
    assert status == 503
    assert problem.startswith("Cơ sở dữ liệu ở phiên bản chưa có")


def test_a_database_that_does_not_answer_is_not_ready(make_app: MakeApp) -> None:
    away = make_app(tables=False, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert ask(away) == (503, ["Cơ sở dữ liệu không trả lời."])


def test_an_instance_folder_that_is_away_is_not_ready(app: Flask, tmp_path: Path) -> None:
    app.instance_path = str(tmp_path / "khong-co")
    assert ask(app) == (
        503,
        ["Không ghi được vào thư mục INSTANCE_DIR: không có thư mục; sửa xong thì việc dở dang tự chạy tiếp."],
    )


def test_the_newest_schema_is_the_head_of_the_migrations(app: Flask) -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(Path(app.root_path) / "migrations"))
    assert ScriptDirectory.from_config(settings).get_heads() == [newest_schema()]
