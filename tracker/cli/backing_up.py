"""`backup FILE` and `restore FILE`."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from tracker import backup as backups
from tracker import clock
from tracker.db import db
from tracker.services import journal
from tracker.wording import number


@click.command("backup")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Sao lưu toàn bộ trong khi hệ thống vẫn chạy: dữ liệu, tệp, thiết lập không có bí mật. BACKUP_KEY để niêm phong."""
    manifest = backups.write(current_app, file, now=clock.now())
    rows = sum(manifest.tables.values())
    files = sum(1 for name in manifest.fingerprints if name.startswith("files/"))
    click.echo(f"Đã sao lưu {number(rows)} dòng, {number(files)} tệp vào {file}. Mã cuối nhật ký: {manifest.journal_head}")
    if manifest.missing_files:
        names = ", ".join(manifest.missing_files[:5])
        click.echo(f"Thiếu {number(len(manifest.missing_files))} tệp đính kèm trong kho: {names}", err=True)
        sys.exit(1)


@click.command("restore")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Khôi phục một bản sao lưu vào nơi trống, rồi kiểm tra nhật ký và từng tệp."""
    key = current_app.config["BACKUP_KEY"]
    try:
        manifest = backups.read_manifest(file, key=key)
        upgrade(revision=manifest.revision)
        backups.unpack_rows(db.engine, file, key=key)
        files = backups.put_back_files(current_app, file)
        upgrade()
    except backups.SealError:
        _fail("Không mở được bản sao lưu: BACKUP_KEY thiếu hoặc không đúng, hoặc tệp đã bị thay đổi.")
    except (zipfile.BadZipFile, KeyError):
        _fail("Tệp này không phải bản sao lưu của hệ thống, hoặc đã bị hỏng.")
    except backups.BackupError as error:
        _fail(str(error))
    verdict = journal.verify(db.session())
    if not verdict.whole:
        _fail(f"Đã khôi phục nhưng nhật ký bị đứt ở dòng {verdict.broken_at}.")
    rows = sum(manifest.tables.values())
    click.echo(f"Đã khôi phục {number(rows)} dòng, {number(files)} tệp; nhật ký liền mạch {number(verdict.lines)} dòng.")


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


COMMANDS = (backup, restore)
