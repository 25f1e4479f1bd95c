"""Looking at a page as a person with another screen or other eyes would: at two widths, light and dark, by axe and a ruler."""

from __future__ import annotations

import os
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: The rules of WCAG 2.2 A and AA, and axe's own advice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: `preload` fetches sheets anew for a rule that is not among them.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
#: `make soak` and `make screenshots` leave nothing out.
ALL_LOOKS = "SCREENSHOTS" in os.environ or "ALL_LOOKS" in os.environ

#: Width and colours.
LOOKS = ((1280, "light"), (390, "dark"))
if ALL_LOOKS:
    LOOKS += ((390, "light"), (1280, "dark"))

#: How a page is built, without its words and numbers: two pages that are built alike have the same faults for axe. Rows that
#: repeat the one before them count once, ids by who names whom.
BUILD = """() => {
  const words = new Set(["href", "src", "value", "action", "title", "alt", "content", "datetime", "placeholder", "name", "d",
    "x", "y", "width", "height", "points", "cx", "cy", "transform", "viewBox", "max", "min", "pattern", "aria-label"]);
  const ids = new Map();
  const known = id => ids.has(id) ? ids.get(id) : (ids.set(id, ids.size), ids.get(id));
  const of = attribute => {
    const { name, value } = attribute;
    if (["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "list"].includes(name))
      return name + value.split(/\\s+/).map(known);
    return words.has(name) || name.startsWith("data-") ? name + (value.trim() ? "" : "=") : name + "=" + value;
  };
  const built = node => {
    const inside = [];
    let before = "";
    for (const child of node.children) {
      const one = built(child);
      if (one !== before) inside.push(one);
      else if (!inside.at(-1).endsWith("*")) inside.push(one + "*");
      before = one;
    }
    const says = [...node.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    return `${node.tagName} ${[...node.attributes].map(of)}${says ? " …" : ""}(${inside})`;
  };
  return built(document.documentElement);
}"""


#: Contrast is most of what axe does, and most words of a page stand as others do. Marks the elements whose words have the colour,
#: size and grounds of words looked at before, or three times on this page, in what is classed alike; answers with what is new.
MARK = """looked => {
  const seen = new Set(looked.split(" ")), fresh = new Map(), marked = [], chains = new Map();
  const hash = text => {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    return (a >>> 0).toString(36) + (b >>> 0).toString(36);
  };
  for (const node of document.querySelectorAll("*")) {
    const is = getComputedStyle(node);
    const ground = [is.backgroundColor, is.backgroundImage, is.opacity, is.filter, is.position].join();
    const chain = hash(`${chains.get(node.parentElement)} ${node.tagName}.${node.getAttribute("class")} ${ground}`);
    chains.set(node, chain);
    const words = [...node.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.data.trim()).join("");
    if (words.length < 2 || !node.checkVisibility() || is.position === "absolute") continue;
    const off = node.closest(":disabled, [aria-disabled=true]") || node.closest("label")?.control?.disabled;
    const key = hash([chain, is.color, is.fontSize, is.fontWeight, is.textShadow, is.visibility, !!off].join());
    const before = fresh.get(key) ?? 0;
    if (seen.has(key) || before === 3) marked.push(node);
    else fresh.set(key, before + 1);
  }
  for (const node of document.querySelectorAll("[data-looked]")) node.removeAttribute("data-looked");
  for (const node of marked) node.setAttribute("data-looked", "");
  return [...fresh.keys()].join(" ");
}"""
NOT_LOOKED = "axe.configure({ rules: [{ id: 'color-contrast', selector: ':not([data-looked])' }] })"


def show(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


#: Bars that stay in sight lie over whatever is under them just now, which hangs on where lines break: they are measured where
#: they belong.
AT_REST = """() => {
  window.floating = [...document.querySelectorAll("body *")].filter(e => getComputedStyle(e).position === "sticky");
  for (const e of window.floating) Object.assign(e.style, {position: "relative", inset: "auto"});
}"""
FLOATING = """() => { for (const e of window.floating) Object.assign(e.style, {position: "", inset: ""}); }"""


def faults_of(page: Page, looked: set[str] | None = None) -> list[str]:
    """What axe says, and whether the page is wider than its window. `looked`: how words stood whose contrast was measured at this
    width in these colours, and is not again."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    if looked is not None and not ALL_LOOKS:
        page.evaluate(NOT_LOOKED)
        looked.update(str(page.evaluate(MARK, " ".join(looked))).split())
    page.evaluate(AT_REST)
    result = page.evaluate("options => axe.run(document, options)", OPTIONS)
    page.evaluate(FLOATING)
    said = [f"{v['id']}: {node['target']} {node['html'][:120]}" for v in result["violations"] for node in v["nodes"][:3]]
    return said + too_wide(page)


#: Whether the room one stands in is out of sight in its row of links, once the page has heard of its new width.
UNSEEN = """async () => {
  await new Promise(heard => requestAnimationFrame(() => requestAnimationFrame(heard)));
  const here = document.querySelector(".rooms [aria-current]"), box = here?.getBoundingClientRect();
  return here !== null && (box.right > innerWidth || box.left < 0);
}"""


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    said = [f"{wide} px wider than the window"] if wide > 0 else []
    return said + (["the room one stands in is out of sight"] if page.evaluate(UNSEEN) else [])


def build_of(page: Page) -> str:
    return str(page.evaluate(BUILD))
