"""Every setting, read once from the environment. Odd values are refused aloud before anything starts.

`SETTINGS` is the one table: the parser, the README and the test that compares them read it. Units stand in the names.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent

#: A signing key shorter than this can be guessed.
SECRET_KEY_MIN_LENGTH = 32

#: Names with these beginnings are ours alone, so a name that is not in the table is a slip of the pen.
OWN_PREFIXES = ("MAIL_", "WEB_", "OFFICE_")


class ConfigError(Exception):
    """A setting that cannot be used; the text is one sentence that says which, why and what is expected."""


@dataclass(frozen=True)
class Setting:
    """One setting: its default as it would be written in the environment, what it must look like, what it is for."""

    name: str
    default: str
    read: Callable[[str, str], Any]
    kind: str
    meaning: str


def _text(_name: str, value: str) -> str:
    return value


def _whole(lowest: int, highest: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        if not re.fullmatch(r"\d{1,9}", value) or not lowest <= int(value) <= highest:
            raise ConfigError(f"{name} phải là số nguyên từ {lowest} đến {highest}, không phải “{value}”.")
        return int(value)

    return read


def _yes_no(name: str, value: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in answers:
        raise ConfigError(f"{name} phải là 1 hoặc 0, không phải “{value}”.")
    return answers[value.lower()]


def _clock(name: str, value: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)
    if not found:
        raise ConfigError(f"{name} phải là giờ dạng 07:30, không phải “{value}”.")
    return time(int(found[1]), int(found[2]))


def _web_address(name: str, value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise ConfigError(f"{name} phải là địa chỉ dạng https://khaosat.example.vn, không phải “{value}”.")
    return value.rstrip("/")


def _mail_address(name: str, value: str) -> str:
    if value and not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise ConfigError(f"{name} phải là một địa chỉ thư không dấu, dạng khaosat@example.vn, không phải “{value}”.")
    return value


def _folder_name(name: str, value: str) -> str:
    if not re.fullmatch(r"[ !#-\[\]-~]{1,100}", value):
        raise ConfigError(f"{name} phải là tên thư mục IMAP không dấu, dạng INBOX, không phải “{value}”.")
    return value


def _database(name: str, value: str) -> str:
    if not value:
        return value
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    if not value.startswith(("sqlite://", "postgresql+psycopg://")):
        # The value itself is not shown: it may hold a password.
        raise ConfigError(f"{name} phải bắt đầu bằng sqlite:/// hoặc postgresql://.")
    return value


def _folder(_name: str, value: str) -> Path:
    return (ROOT / Path(value).expanduser()).resolve()


def _file(name: str, value: str) -> str:
    if value and not Path(value).is_file():
        raise ConfigError(f"{name} trỏ đến tệp không có: “{value}”.")
    return value


def _secret(name: str, value: str) -> str:
    if value and len(value) < SECRET_KEY_MIN_LENGTH:
        raise ConfigError(f"{name} cần từ {SECRET_KEY_MIN_LENGTH} ký tự; bỏ trống thì hệ thống tự tạo và giữ trong INSTANCE_DIR.")
    return value


def _token(name: str, value: str) -> str:
    if value and not re.fullmatch(r"[!-~]{16,200}", value):
        raise ConfigError(f"{name} cần từ 16 ký tự không dấu, không khoảng trắng.")
    return value


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value.lower() not in allowed:
            raise ConfigError(f"{name} phải là {' hoặc '.join(allowed)}, không phải “{value}”.")
        return value.lower()

    return read


def _level(name: str, value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ConfigError(f"{name} phải là DEBUG, INFO, WARNING hoặc ERROR, không phải “{value}”.")
    return value.upper()


# fmt: off
SETTINGS: tuple[Setting, ...] = (
    Setting("PORT", "5000", _whole(1, 65535), "1–65535", "Cổng của trang web"),
    Setting("BIND_ADDRESS", "127.0.0.1", _text, "địa chỉ IP", "Địa chỉ mạng mà máy chủ web nghe; 0.0.0.0 để máy khác vào được"),
    Setting("PUBLIC_URL", "", _web_address, "http(s)://…",
            "Địa chỉ mà mọi người dùng để vào, ghi trong thư và lịch; bỏ trống là http://127.0.0.1:PORT"),
    Setting("TRUSTED_PROXIES", "0", _whole(0, 5), "0–5",
            "Số máy chủ trung chuyển (nginx…) đứng trước, được tin tiêu đề X-Forwarded-*"),
    Setting("WEB_WORKERS", "1", _whole(1, 16), "1–16", "Số tiến trình web"),
    Setting("WEB_THREADS", "8", _whole(1, 64), "1–64", "Số luồng của mỗi tiến trình web"),
    Setting("INSTANCE_DIR", "instance", _folder, "thư mục", "Nơi giữ khóa bí mật, cơ sở dữ liệu SQLite và thư chưa gửi ra ngoài"),
    Setting("DATABASE_URL", "", _database, "sqlite:///… hoặc postgresql://…",
            "Cơ sở dữ liệu; bỏ trống là SQLite trong INSTANCE_DIR"),
    Setting("DATABASE_TIMEOUT_SECONDS", "20", _whole(2, 300), "2–300",
            "PostgreSQL: chờ máy chủ cơ sở dữ liệu đã mất liên lạc, hoặc chờ dòng mà người khác đang giữ, tối đa bao nhiêu giây"),
    Setting("SECRET_KEY", "", _secret, f"từ {SECRET_KEY_MIN_LENGTH} ký tự",
            "Khóa ký phiên đăng nhập và liên kết riêng; bỏ trống thì tự tạo, giữ trong INSTANCE_DIR/secret_key"),
    Setting("DEMO", "1", _yes_no, "1 hoặc 0", "Lần chạy đầu tiên có tạo dữ liệu mẫu hay không"),
    Setting("OFFICE_NAME", "Phòng Nội vụ", _text, "chữ", "Tên cơ quan, dùng cho lần chạy đầu tiên; sau đó sửa trên trang"),
    Setting("OFFICE_PLACE", "", _text, "chữ", "Cơ quan cấp trên ghi cạnh tên, ví dụ UBND thành phố Cam Ranh"),
    Setting("REMINDERS_AT", "07:30", _clock, "giờ:phút", "Giờ gửi thư nhắc việc các ngày làm việc (giờ Việt Nam)"),
    Setting("DELIVER_EVERY_SECONDS", "30", _whole(1, 300), "1–300", "Bao nhiêu giây một lần thư trong hàng chờ được gửi đi"),
    Setting("LEASE_SECONDS", "60", _whole(3, 600), "3–600",
            "Máy giữ lịch hẹn giờ im quá bao nhiêu giây thì máy khác nhận thay; giống nhau ở mọi máy"),
    Setting("PERSONAL_LINK_DAYS", "180", _whole(1, 730), "1–730", "Số ngày một liên kết riêng trong thư còn dùng được"),
    Setting("SESSION_HOURS", "12", _whole(1, 720), "1–720", "Số giờ một lần đăng nhập có hiệu lực"),
    Setting("SECOND_STEP", "optional", _one_of("optional", "required"), "optional hoặc required",
            "Bước xác nhận thứ hai (ứng dụng mã một lần) khi đăng nhập: tự chọn, hoặc bắt buộc với quản trị và điều phối viên"),
    Setting(
        "OIDC_ISSUER",
        "",
        _web_address,
        "https://…",
        "Máy chủ đăng nhập một lần của cơ quan (OpenID Connect); bỏ trống thì không dùng",
    ),
    Setting("OIDC_CLIENT_ID", "", _text, "chữ", "Tên ứng dụng đã đăng ký với máy chủ đăng nhập"),
    Setting("OIDC_CLIENT_SECRET", "", _text, "chữ", "Khóa của ứng dụng ở máy chủ đăng nhập"),
    Setting("UPLOAD_LIMIT_MEGABYTES", "10", _whole(1, 100), "1–100", "Dung lượng lớn nhất của một tệp tải lên"),
    Setting("FILES_URL", "", _text, "thư mục hoặc địa chỉ fsspec",
            "Nơi giữ tệp đính kèm; bỏ trống là INSTANCE_DIR/files"),
    Setting("BACKUP_DIR", "", _text, "thư mục", "Nơi giữ bản sao lưu hằng đêm; bỏ trống là INSTANCE_DIR/backups"),
    Setting(
        "KEEP_LETTERS_DAYS",
        "1095",
        _whole(0, 36500),
        "0–36500",
        "Số ngày giữ nội dung thư đã gửi; sau đó chỉ còn người nhận, ngày và tiêu đề. 0 là giữ mãi",
    ),
    Setting(
        "KEEP_CONTACTS_DAYS",
        "1825",
        _whole(0, 36500),
        "0–36500",
        "Số ngày giữ họ tên, địa chỉ của đầu mối đã hết phụ trách. 0 là giữ mãi",
    ),
    Setting("BACKUP_KEY", "", _text, "chữ", "Khóa niêm phong bản sao lưu; bỏ trống thì bản sao lưu không niêm phong"),
    Setting("MAIL_SERVER", "", _text, "tên máy",
            "Máy chủ thư SMTP; bỏ trống thì thư được ghi thành tệp .eml trong INSTANCE_DIR/mail"),
    Setting("MAIL_PORT", "25", _whole(1, 65535), "1–65535", "Cổng SMTP (587 với STARTTLS, 465 với TLS)"),
    Setting("MAIL_USE_TLS", "0", _yes_no, "1 hoặc 0", "Dùng STARTTLS, có kiểm tra chứng thư"),
    Setting("MAIL_USE_SSL", "0", _yes_no, "1 hoặc 0", "Dùng TLS ngay từ đầu, có kiểm tra chứng thư"),
    Setting("MAIL_CAFILE", "", _file, "tệp .pem", "Chứng thư gốc riêng của cơ quan, nếu có"),
    Setting("MAIL_USERNAME", "", _text, "chữ", "Tài khoản SMTP"),
    Setting("MAIL_PASSWORD", "", _text, "chữ", "Mật khẩu SMTP"),
    Setting("MAIL_DEFAULT_SENDER", "khaosat@localhost", _mail_address, "địa chỉ thư", "Địa chỉ người gửi"),
    Setting("MAIL_SENDER_NAME", "", _text, "chữ", "Tên người gửi; bỏ trống là tên cơ quan"),
    Setting("MAIL_TIMEOUT_SECONDS", "20", _whole(1, 300), "1–300", "Chờ máy chủ thư trả lời tối đa bao nhiêu giây"),
    Setting("MAIL_BOUNCE_ADDRESS", "", _mail_address, "địa chỉ thư",
            "Hộp thư nhận báo lỗi; mỗi thư có địa chỉ trả về riêng dạng ten+số.chữ-ký@miền, hộp thư phải nhận cả dạng có dấu +. "
            "Bỏ trống là địa chỉ người gửi"),
    Setting("MAIL_IMAP_SERVER", "", _text, "tên máy", "Máy chủ IMAP để đọc hộp thư báo lỗi; bỏ trống thì không đọc"),
    Setting("MAIL_IMAP_PORT", "993", _whole(1, 65535), "1–65535", "Cổng IMAP (993 với TLS, 143 không TLS)"),
    Setting("MAIL_IMAP_USE_TLS", "1", _yes_no, "1 hoặc 0", "Dùng TLS với IMAP, có kiểm tra chứng thư"),
    Setting("MAIL_IMAP_USERNAME", "", _text, "chữ", "Tài khoản IMAP"),
    Setting("MAIL_IMAP_PASSWORD", "", _text, "chữ", "Mật khẩu IMAP"),
    Setting("MAIL_IMAP_FOLDER", "INBOX", _folder_name, "tên thư mục", "Thư mục thư chứa báo lỗi"),
    Setting("LOG_LEVEL", "INFO", _level, "DEBUG, INFO, WARNING, ERROR", "Mức ghi nhật ký kỹ thuật"),
    Setting("LOG_FORMAT", "text", _one_of("text", "json"), "text hoặc json",
            "Dạng nhật ký kỹ thuật: dòng chữ, hoặc mỗi dòng một đối tượng JSON kèm mã yêu cầu, có cả từng yêu cầu"),
    Setting("METRICS_TOKEN", "", _token, "từ 16 ký tự",
            "Mã mà máy giám sát gửi kèm (Authorization: Bearer …) để đọc /metrics; bỏ trống thì không ai đọc được"),
)
# fmt: on


@dataclass(frozen=True)
class Config:
    """All settings, read and checked: field names are the settings' names in lower case."""

    port: int
    bind_address: str
    public_url: str
    trusted_proxies: int
    web_workers: int
    web_threads: int
    instance_dir: Path
    database_url: str
    database_timeout_seconds: int
    secret_key: str
    demo: bool
    office_name: str
    office_place: str
    reminders_at: time
    deliver_every_seconds: int
    lease_seconds: int
    personal_link_days: int
    session_hours: int
    second_step: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    upload_limit_megabytes: int
    files_url: str
    backup_dir: str
    keep_letters_days: int
    keep_contacts_days: int
    backup_key: str
    mail_server: str
    mail_port: int
    mail_use_tls: bool
    mail_use_ssl: bool
    mail_cafile: str
    mail_username: str
    mail_password: str
    mail_default_sender: str
    mail_sender_name: str
    mail_timeout_seconds: int
    mail_bounce_address: str
    mail_imap_server: str
    mail_imap_port: int
    mail_imap_use_tls: bool
    mail_imap_username: str
    mail_imap_password: str
    mail_imap_folder: str
    log_level: str
    log_format: str
    metrics_token: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Config:
        """Reads and checks every setting; an empty value counts as unset. Raises ConfigError."""
        _refuse_slips(environment)
        values = {}
        for setting in SETTINGS:
            value = environment.get(setting.name, "").strip() or setting.default
            values[setting.name.lower()] = setting.read(setting.name, value)
        if values["mail_use_tls"] and values["mail_use_ssl"]:
            raise ConfigError("MAIL_USE_TLS và MAIL_USE_SSL không dùng cùng lúc; chọn một trong hai.")
        if values["mail_password"] and not values["mail_username"]:
            raise ConfigError("MAIL_PASSWORD có mà MAIL_USERNAME trống; ghi tài khoản SMTP.")
        if values["mail_imap_server"] and not (values["mail_imap_username"] and values["mail_imap_password"]):
            raise ConfigError("MAIL_IMAP_SERVER có mà tài khoản trống; ghi MAIL_IMAP_USERNAME và MAIL_IMAP_PASSWORD.")
        if not values["public_url"]:
            values["public_url"] = f"http://127.0.0.1:{values['port']}"
        if not values["database_url"]:
            values["database_url"] = f"sqlite:///{values['instance_dir'] / 'tracker.db'}"
        values["files_url"] = values["files_url"] or str(values["instance_dir"] / "files")
        values["backup_dir"] = values["backup_dir"] or str(values["instance_dir"] / "backups")
        return cls(**values)

    def flask_mapping(self) -> dict[str, Any]:
        """The settings under the names Flask and its extensions read, and under their own names for ours."""
        own = {setting.name: getattr(self, setting.name.lower()) for setting in SETTINGS}
        return own | {
            "SECRET_KEY": self.secret_key or None,
            "MAIL_SPOOL_DIR": self.instance_dir / "mail",
            "MAIL_DEFAULT_SENDER": (self.mail_sender_name or self.office_name, self.mail_default_sender),
            "MAIL_USERNAME": self.mail_username or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.public_url.startswith("https://"),
            "REMEMBER_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": self.public_url.startswith("https://"),
            "WTF_CSRF_TIME_LIMIT": self.session_hours * 3600,
            "MAX_CONTENT_LENGTH": self.upload_limit_megabytes * 1024 * 1024,
            # A long plan is pasted as text, a campaign of many units posts many fields.
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 5_000,
            "BOOTSTRAP_SERVE_LOCAL": True,
        }

    def _engine_options(self) -> dict[str, Any]:
        #: What services may know of the settings travels with the database: see services.catalogue.work_calendar.
        known = {"execution_options": {"office_hour": self.reminders_at}}
        if self.database_url in ("sqlite://", "sqlite:///:memory:"):
            return known
        # A connection for each thread, so that none waits for another's; one that the server closed overnight: see tracker.db.
        pool = {"pool_size": self.web_threads, "max_overflow": 2}
        if self.database_url.startswith("sqlite"):
            return known | pool
        return known | pool | {"pool_timeout": self.database_timeout_seconds, "connect_args": self._postgresql_arguments()}

    def _postgresql_arguments(self) -> dict[str, Any]:
        """Neither side waits for one that was cut off without a word: TCP alone would, for a quarter of an hour to two hours,
        and on the server a dead host's locks with it. What DATABASE_URL itself says of these holds."""
        seconds = self.database_timeout_seconds
        probes = {"keepalives_idle": max(1, seconds // 3), "keepalives_interval": max(1, seconds // 6), "keepalives_count": 3}
        ours = {"connect_timeout": seconds, "tcp_user_timeout": seconds * 1000, **probes}
        theirs = {f"tcp_{name}": value for name, value in probes.items()}
        theirs |= {"tcp_user_timeout": seconds * 1000, "lock_timeout": seconds * 1000}
        arguments = ours | {"options": " ".join(f"-c {name}={value}" for name, value in theirs.items())}
        given = parse_qs(urlsplit(self.database_url).query)
        return {name: value for name, value in arguments.items() if name not in given}


def _refuse_slips(environment: Mapping[str, str]) -> None:
    known = [setting.name for setting in SETTINGS]
    for name in environment:
        if name.startswith(OWN_PREFIXES) and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f" Có phải là {close[0]}?" if close else " Xem bảng thiết lập trong README.md."
            raise ConfigError(f"Không có thiết lập nào tên {name}.{hint}")


def settings_table() -> str:
    """The table of README.md, one row a setting."""
    rows = ["| Biến môi trường | Mặc định | Giá trị | Ý nghĩa |", "| --- | --- | --- | --- |"]
    for s in SETTINGS:
        default = f"`{s.default}`" if s.default else "(trống)"
        rows.append(f"| `{s.name}` | {default} | {s.kind} | {s.meaning} |")
    return "\n".join(rows) + "\n"
