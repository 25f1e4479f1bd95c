"""What a page costs on its first visit: bytes over the wire, hosts that are asked, and how far things jump as it is laid out."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser

#: Adds up what moves without anybody having done anything.
WATCH = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
MOST_BYTES, MOST_SHIFT = 200_000, 0.05


class Weight(NamedTuple):
    size: int  #: answers with their headers, as they travelled
    hosts: set[str]
    shift: float


def weight_of(browser: Browser, address: str, cookies: list[object], *, width: int) -> Weight:
    """The page in a window that has never seen this server."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    sizes: list[int] = []
    hosts: set[str] = set()
    wire = context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    wire.on("Network.requestWillBeSent", lambda sent: hosts.add(urlsplit(sent["request"]["url"]).netloc))  # "" of data:
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != "32px", "the page came without its styles"
    shift = float(page.evaluate("window.shift"))
    context.close()
    return Weight(sum(sizes), hosts - {""}, shift)


def too_heavy(browser: Browser, address: str, cookies: list[object], *, width: int) -> list[str]:
    """What breaks the promise, in words; nothing when it is kept."""
    found = weight_of(browser, address, cookies, width=width)
    return [
        *([f"{address} {width}: {found.size} bytes"] if found.size >= MOST_BYTES else []),
        *([f"{address} {width}: asks {found.hosts}"] if found.hosts != {urlsplit(address).netloc} else []),
        *([f"{address} {width}: jumps {found.shift:.3f}"] if found.shift >= MOST_SHIFT else []),
    ]
