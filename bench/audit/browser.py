"""Pages in Chromium: axe, and what they are without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from bench.audit import tools
from bench.audit.site import Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
WIDTHS = 360, 768, 1280
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "large type": {}}
RUN = """rules => axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})"""


def axe(site: Site, pages: dict[str, str]) -> list[str]:
    """WCAG 2.2 AA at three widths in three looks; also sideways scroll and what the console complains of."""
    source, misses = tools.AXE.read_text(encoding="utf-8"), []
    with _chromium() as chromium:
        for look, options in LOOKS.items():
            for width in WIDTHS:
                context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
                if look == "large type":
                    context.add_init_script("localStorage.care = '1'")
                for name, path in pages.items():
                    misses += [
                        f"{name}, {look}, {width} px: {miss}"
                        for miss in _judged(context, site.base + path, source)
                    ]
                context.close()
    return misses


def noscript(site: Site, pages: dict[str, str]) -> list[str]:
    """Each page has its words without scripts, and nothing to press that would need them."""
    misses = []
    with _chromium() as chromium:
        context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
        page = context.new_page()
        for name, path in pages.items():
            page.goto(site.base + path)
            if len(page.locator("main").inner_text()) < 40:
                misses.append(f"{name}: hardly a word")
            if page.locator("h1").count() != 1:
                misses.append(f"{name}: {page.locator('h1').count()} h1")
            if page.locator(".needs-js").filter(visible=True).count():
                misses.append(f"{name}: shows what needs scripts")
    return misses


def _judged(context, url, source):
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(url, wait_until="load")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.evaluate(source)
    for found in page.evaluate(RUN, RULES)["violations"]:
        yield f"{found['id']} ×{len(found['nodes'])}: {found['nodes'][0]['target']}"
    if wide > 0:
        yield f"{wide} px wider than the screen"
    yield from (text for text in complaints if "404" not in text)
    page.close()


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=tools.CHROMIUM_OPTIONS)
        yield browser
        browser.close()
