"""/huong-dan: the user guide, open to everyone. Whoever gets a letter of ours may read how it is answered."""

from __future__ import annotations

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from tracker import guide
from tracker.errors import NotFound
from tracker.web import guards
from tracker.wording import nfc

bp = Blueprint("guide", __name__, url_prefix=guide.ADDRESS)

#: Where "Trợ giúp" leads from a page: its endpoint or area -> chapter and heading. tests/web/test_guide.py walks them.
HELP: dict[str, tuple[str, str]] = {
    "admin": ("quan-tri", ""),
    "dashboard": ("dieu-phoi", "muoi-phut-buoi-sang"),
    "intake": ("dieu-phoi", "dua-ke-hoach-vao-he-thong"),
    "templates": ("dieu-phoi", "dung-lai-ke-hoach-nam-truoc"),
    "portfolio": ("lanh-dao", "mot-trang-tien-do"),
    "plans": ("dieu-phoi", "theo-doi-hang-ngay"),
    "plans.list_plans": ("dieu-phoi", "dua-ke-hoach-vao-he-thong"),
    "plan_acts": ("dieu-phoi", "bat-dau-trien-khai-va-dot-thu-dau-tien"),
    "chasing": ("dieu-phoi", "nhac-viec-don-doc"),
    "chase_letters": ("dieu-phoi", "nhac-viec-don-doc"),
    "ladder": ("dieu-phoi", "thang-nhac-viec-don-doc"),
    "gates": ("dieu-phoi", "vi-sao-buoc-sau-chua-mo"),
    "tasks": ("dieu-phoi", "xac-nhan-tra-lai-gia-han"),
    "stage_dates": ("dieu-phoi", "khi-co-thay-doi"),
    "rehearsal": ("dieu-phoi", "dien-tap-truoc-khi-trien-khai"),
    "fieldwork": ("dieu-phoi", "phieu"),
    "method": ("cach-tinh", ""),
    "boxes": ("hom-phieu", ""),
    "online": ("truc-tuyen", ""),
    "unit_changes": ("quan-tri", "sap-nhap-chia-tach-don-vi-thi-lam-the-nao"),
    "offices": ("quan-tri", "co-quan-cap-duoi"),
    "promises": ("don-vi", "da-qua-han-nhung-sap-xong"),
    "recheck": ("giam-sat", ""),
    "entry": ("nhap-lieu", ""),
    "questionnaires": ("nhap-lieu", "4-mau-phieu"),
    "results": ("cong-bo", ""),
    "publications": ("cong-bo", "cac-buoc"),
    "progress_reports": ("lanh-dao", "in-bao-cao"),
    "outbox": ("dieu-phoi", "thu-gui-di"),
    "units": ("quan-tri", "don-vi-va-dau-moi"),
    "days": ("quan-tri", "lich-lam-viec"),
    "group_days": ("quan-tri", "lich-lam-viec"),
    "users": ("quan-tri", "nguoi-dung"),
    "health": ("quan-tri", "tinh-trang-he-thong"),
    "search": ("dieu-phoi", "tim-trong-ca-co-quan"),
    "journal": ("quan-tri", "nhat-ky"),
    "calendar_help": ("don-vi", "dua-han-vao-lich"),
    "contact": ("don-vi", ""),
    "extensions": ("don-vi", "gia-han-the-nao"),
    "own_settings": ("don-vi", ""),
    "field_link": ("don-vi", "ghi-so-phieu"),
    "public": ("nguoi-dan", ""),
}


@bp.get("")
@guards.public
def contents() -> ResponseReturnValue:
    """The first chapter, or what a search finds."""
    question = nfc(request.args.get("q", "")).strip()[:100]
    if not question:
        return show(guide.FIRST)
    return render_template("guide/found.html", question=question, found=guide.find(question)[:40], chapters=guide.chapters())


@bp.get("/<chapter>")
@guards.public
def show(chapter: str) -> ResponseReturnValue:
    found = guide.chapters().get(chapter)
    if found is None:
        raise NotFound
    return render_template("guide/chapter.html", chapter=found, chapters=guide.chapters())


@bp.get("/hinh/<picture>")
@guards.public
def show_picture(picture: str) -> ResponseReturnValue:
    file = guide.picture_file(picture)
    if file is None:
        raise NotFound
    return send_file(file, mimetype="image/png", max_age=3600)


def help_address() -> str:
    """The chapter on the page that is shown."""
    endpoint = request.endpoint or ""
    chapter, anchor = HELP.get(endpoint) or HELP.get(endpoint.partition(".")[0]) or (guide.FIRST, "")
    return url_for("guide.show", chapter=chapter, _anchor=anchor or None)
