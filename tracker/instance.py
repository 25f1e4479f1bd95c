"""The instance folder: what one installation keeps beside its database."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from pathlib import Path

from config import ROOT, SECRET_KEY_MIN_LENGTH, ConfigError


def make_folder(folder: Path) -> None:
    """Makes the folder, readable by its owner only. Raises ConfigError when it cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"Không tạo được thư mục {folder} ({error.strerror}); đặt INSTANCE_DIR ở nơi ghi được.") from None


def secret_key(folder: Path) -> str:
    """The signing key of this installation, made on first use and kept in `folder`/secret_key for its owner only.

    Several processes may start at once: whoever links its file first wins, the others read that one.
    Raises ConfigError when the folder cannot be written or the file holds no usable key.
    """
    path = folder / "secret_key"
    if not path.exists():
        make_folder(folder)
        draft = folder / f".secret_key-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)  # never replaces: the key that is there stays
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        except OSError as error:
            raise ConfigError(f"Không ghi được {path} ({error.strerror}); đặt INSTANCE_DIR ở nơi ghi được.") from None
    key = path.read_text().strip()
    if len(key) < SECRET_KEY_MIN_LENGTH:
        raise ConfigError(f"{path} không chứa khóa dùng được; xóa tệp này để hệ thống tạo khóa mới.")
    return key


def newest_schema() -> str:
    """The name of the newest migration: what the database of this program must be at."""
    return max(file.name.partition("_")[0] for file in (ROOT / "tracker" / "migrations" / "versions").glob("[0-9]*.py"))


#: What a folder lacks, in words.
_REASONS = {
    errno.ENOSPC: "đĩa đầy",
    errno.EDQUOT: "hết hạn mức đĩa",
    errno.EROFS: "đĩa chỉ đọc",
    errno.ENOENT: "không có thư mục",
    errno.EACCES: "không có quyền ghi",
    errno.EIO: "đĩa lỗi",
}


def why_not_writable(folder: Path) -> str:
    """Why no file can be written there now, in words; nothing when one can. The try leaves nothing behind."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
    return ""
