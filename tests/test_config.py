"""Settings: read once, odd values refused with a sentence, documented in one table."""

from __future__ import annotations

import dataclasses
import os
import stat
from datetime import time
from pathlib import Path

import pytest

from config import ROOT, SETTINGS, Config, ConfigError, settings_table
from tests.applications import MakeApp
from tracker.db import db
from tracker.instance import secret_key


def test_nothing_set_gives_a_server_for_one_machine() -> None:
    config = Config.from_environment({})
    assert (config.bind_address, config.port, config.public_url) == ("127.0.0.1", 5000, "http://127.0.0.1:5000")
    assert config.database_url == f"sqlite:///{ROOT / 'instance' / 'tracker.db'}"
    assert config.reminders_at == time(7, 30)
    assert config.demo
    assert config.flask_mapping()["SESSION_COOKIE_SECURE"] is False


def test_every_setting_has_its_field_and_every_field_its_setting() -> None:
    assert [s.name.lower() for s in SETTINGS] == [f.name for f in dataclasses.fields(Config)]


def test_empty_value_counts_as_unset() -> None:
    assert Config.from_environment({"PORT": "", "REMINDERS_AT": " "}) == Config.from_environment({})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "0", "PORT phải là số nguyên từ 1 đến 65535, không phải “0”."),
        ("PORT", "70000", "từ 1 đến 65535"),
        ("PORT", "5000.5", "không phải “5000.5”"),
        ("DEMO", "có", "DEMO phải là 1 hoặc 0, không phải “có”."),
        ("REMINDERS_AT", "24:00", "REMINDERS_AT phải là giờ dạng 07:30"),
        ("REMINDERS_AT", "7h30", "không phải “7h30”"),
        ("PUBLIC_URL", "khaosat.example.vn", "PUBLIC_URL phải là địa chỉ dạng https://"),
        ("PUBLIC_URL", "https://khaosat.example.vn/?a=1", "PUBLIC_URL"),
        ("DATABASE_URL", "mysql://root:bi-mat@localhost/x", "DATABASE_URL phải bắt đầu bằng sqlite:/// hoặc postgresql://."),
        ("SECRET_KEY", "ngan", "SECRET_KEY cần từ 32 ký tự"),
        ("MAIL_DEFAULT_SENDER", "khảosát@example.vn", "địa chỉ thư không dấu"),
        ("MAIL_CAFILE", "khong-co.pem", "MAIL_CAFILE trỏ đến tệp không có"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL phải là DEBUG"),
        ("MAIL_SEVER", "mail.example.vn", "Không có thiết lập nào tên MAIL_SEVER. Có phải là MAIL_SERVER?"),
        ("WEB_THREAD", "4", "Có phải là WEB_THREADS?"),
    ],
)
def test_odd_value_is_refused_with_a_sentence(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({name: value})
    assert says in str(refused.value)


def test_refusal_of_a_database_does_not_show_its_password() -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({"DATABASE_URL": "mysql://root:bi-mat@localhost/x"})
    assert "bi-mat" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"MAIL_USE_TLS": "1", "MAIL_USE_SSL": "1"}, "không dùng cùng lúc"),
        ({"MAIL_PASSWORD": "x"}, "MAIL_USERNAME trống"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Config.from_environment(settings)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_of_writing_postgresql_means_the_installed_driver(scheme: str) -> None:
    config = Config.from_environment({"DATABASE_URL": f"{scheme}://u:p@localhost/khaosat"})
    assert config.database_url == "postgresql+psycopg://u:p@localhost/khaosat"


def test_https_address_makes_cookies_secure_and_loses_its_last_slash() -> None:
    config = Config.from_environment({"PUBLIC_URL": "https://khaosat.example.vn/"})
    assert config.public_url == "https://khaosat.example.vn"
    assert config.flask_mapping()["SESSION_COOKIE_SECURE"] is True


def test_readme_shows_the_settings_as_they_are() -> None:
    assert settings_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    key = secret_key(folder)
    assert len(key) >= 32
    assert secret_key(folder) == key
    assert stat.S_IMODE(os.stat(folder / "secret_key").st_mode) == 0o600
    assert os.listdir(folder) == ["secret_key"]


def test_broken_secret_key_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("ngắn")
    with pytest.raises(ConfigError, match="secret_key không chứa khóa dùng được"):
        secret_key(tmp_path)


def test_instance_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="đặt INSTANCE_DIR ở nơi ghi được"):
        secret_key(tmp_path / "file" / "instance")


def test_application_believes_as_many_proxies_as_it_is_told(make_app: MakeApp) -> None:
    seen: list[str] = []
    for proxies in ("0", "1"):
        app = make_app(TRUSTED_PROXIES=proxies)
        from flask import request

        app.before_request(lambda: seen.append(f"{request.scheme} {request.remote_addr}"))
        app.test_client().get("/healthz", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.2.3"})
    assert seen == ["http 127.0.0.1", "https 10.1.2.3"]


def test_neither_side_waits_for_a_database_host_that_was_cut_off() -> None:
    """TCP alone waits for a quarter of an hour, and for two hours with a dead host's locks."""
    settings = {"DATABASE_URL": "postgresql://khaosat@10.0.0.5/khaosat", "DATABASE_TIMEOUT_SECONDS": "12"}
    options = Config.from_environment(settings).flask_mapping()["SQLALCHEMY_ENGINE_OPTIONS"]
    assert options["pool_timeout"] == 12
    assert options["connect_args"] == {
        "connect_timeout": 12,
        "tcp_user_timeout": 12_000,
        "keepalives_idle": 4,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "options": "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
        "-c tcp_user_timeout=12000 -c lock_timeout=12000",
    }
    settings["DATABASE_URL"] += "?connect_timeout=3&options=-c%20search_path%3Dkhaosat"
    arguments = Config.from_environment(settings).flask_mapping()["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
    assert {"connect_timeout", "options"}.isdisjoint(arguments), "what the address itself says holds"
    assert "connect_args" not in Config.from_environment({}).flask_mapping()["SQLALCHEMY_ENGINE_OPTIONS"]


def test_a_connection_takes_the_time_limits(make_app: MakeApp, empty_postgres_url: str) -> None:
    app = make_app(tables=False, DATABASE_URL=empty_postgres_url, DATABASE_TIMEOUT_SECONDS="7")
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "7s"
