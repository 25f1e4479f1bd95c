"""The user guide is true: its links lead somewhere, and buttons, pages and refusals are called as the program calls them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.conftest import MakeWorld, World
from tests.web.pages import squeezed
from tracker import guide
from tracker.web.guide import HELP
from tracker.wording.refusals import REFUSALS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "docs/huong-dan").glob("*.md"))
#: Bold words that are no names of the program, each with its reason.
EMPHASIS = {"của riêng ngày đó"}


def spoken() -> str:
    """Every word a page can show: the templates, and the Python that fills them."""
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("tracker/w*/**/*.py"), *ROOT.glob("tracker/rules/**/*.py")]
    text = "\n".join(path.read_text() for path in files if "guide" not in path.relative_to(ROOT).parts)
    return squeezed(re.sub(r"\{\{ icon\([^}]*\) \}\}|<[^>]+>", " ", text))


def test_every_name_in_bold_stands_on_a_page() -> None:
    said, seen = spoken(), 0
    for path in FILES:
        for name in re.findall(r"\*\*(.+?)\*\*", path.read_text()):
            for piece in name.rstrip(".").split("…"):
                assert piece.strip() in said or name in EMPHASIS or name.endswith("."), f"{path.name}: {name}"
                seen += 1
    assert seen > 100


def test_every_quoted_refusal_is_one_of_ours() -> None:
    known = {re.sub(r"\{\w+\}", "…", sentence) for sentence in REFUSALS.values()}
    quoted = [(path.name, line[2:]) for path in FILES for line in path.read_text().splitlines() if line.startswith("> ")]
    assert [q for q in quoted if q[1] not in known] == []
    assert len(quoted) > 12


def test_every_chapter_opens_for_everyone_and_its_links_lead_to_something(world: World) -> None:
    stranger, followed = world.browser(None), 0
    for slug in guide.CHAPTERS:
        page = stranger.get(f"/huong-dan/{slug}")
        assert page.status == 200
        ids = set(page.tree.xpath("//@id"))
        for target in page.tree.xpath("//article//a/@href | //article//img/@src"):
            where, _mark, anchor = target.partition("#")
            assert not where.endswith(".md"), f"{slug}: {target}"
            if where.startswith("/"):
                assert stranger.get(where).status == 200, f"{slug}: {target}"
            elif not where:
                assert anchor in ids, f"{slug}: {target}"
            followed += 1
    assert followed > 60


def test_every_file_link_of_the_guide_leads_to_a_file() -> None:
    """So that it reads as well on a code host."""
    for path in FILES:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert target.startswith("/") or (path.parent / target).resolve().is_file(), f"{path.name}: {target}"


def test_help_on_a_page_leads_to_a_heading_that_is_there(world: World) -> None:
    known = {e.partition(".")[0] for e in world.app.view_functions} | set(world.app.view_functions)
    for place, (chapter, anchor) in HELP.items():
        assert place in known, place
        assert not anchor or anchor in [part.anchor for part in guide.chapters()[chapter].parts], (place, anchor)
    page = world.browser().get("/outbox")
    assert page.links["Trợ giúp"] == "/huong-dan/dieu-phoi#thu-gui-di"


def test_a_question_without_accents_finds_what_is_often_asked_first(world: World) -> None:
    stranger = world.browser(None)
    found = stranger.get("/huong-dan?q=gia han")
    assert found.all("article//li//a")[:2] == ["Đề nghị gia hạn trên hệ thống hay bằng công văn?", "Gia hạn thế nào?"]
    assert "Cách tính" not in found.text.split("mục trong hướng dẫn")[1]
    assert "Không tìm thấy “bánh mì”" in stranger.get("/huong-dan?q=bánh mì").text


def test_a_chapter_or_picture_that_is_not_there_is_not_found(world: World) -> None:
    stranger = world.browser(None)
    for path in ("/huong-dan/x", "/huong-dan/hinh/x.png", "/huong-dan/hinh/..%2f..%2fplan.png", "/huong-dan/hinh/*.png"):
        assert stranger.get(path).status == 404


def test_markup_in_the_files_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "DOCS", tmp_path)
    (tmp_path / "a.md").write_text(
        "# Đầu\n\n## Mục\n\n<b onclick='x'>a</b> [b](javascript:x)\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
    )
    html = guide._read("a", "a.md", "A").html
    assert "<b" not in html.replace("<blockquote", "")
    assert 'href="javascript' not in html
    assert "style=" not in html


def test_the_personal_page_and_every_frame_lead_to_the_guide(make_world: MakeWorld) -> None:
    world = make_world()
    assert world.browser().get("/").links["Hướng dẫn sử dụng"] == "/huong-dan"
    assert world.browser(None).get("/sign-in").links["Hướng dẫn sử dụng"] == "/huong-dan"
