"""What other programs make of the site: feed readers, crawlers, the Nu checker, a text browser."""

import json
import re
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from bench.audit import tools
from bench.audit.site import Site

PLACES = "/", "/sichuan/liangshan/", "/sections/photos/"
FEEDS = [f"{place}{form}" for place in PLACES for form in ("atom.xml", "rss.xml")]
SITEMAPS = ["/sitemap.xml", "/sitemap-regions.xml", "/news-sitemap.xml"]
OURS = Path(__file__).parent / "schemas"
CRAWLED = 400  # pages; what they link to is asked for too
NOT_FOLLOWED = ("/search/", "/media/", "/static/", "/preview/")


def feeds(site: Site, pages: dict[str, str]) -> list[str]:
    # Imported here: they are installed only when an audit begins.
    import feedparser  # noqa: PLC0415
    import xmlschema  # noqa: PLC0415

    misses = []
    for path in FEEDS:
        answer = site.get(path)
        made = feedparser.parse(answer.body)
        if made.bozo or not made.entries:
            misses.append(f"{path}: {made.get('bozo_exception', 'no entries')}")
        if len({entry.get("id") for entry in made.entries}) != len(made.entries):
            misses.append(f"{path}: entries without an id of their own")
        misses += _unconditional(site, path, answer)
    made = json.loads(site.get("/feed.json").text)
    if made["version"] != "https://jsonfeed.org/version/1.1" or not all(item["id"] for item in made["items"]):
        misses.append("/feed.json")
    index = xmlschema.XMLSchema(OURS / "siteindex.xsd")
    urls = xmlschema.XMLSchema(tools.SCHEMAS / "sitemap.xsd")
    urls.import_schema("http://www.google.com/schemas/sitemap-news/0.9", str(OURS / "news.xsd"))
    urls.build()
    parts = re.findall(r"<loc>https?://[^/]+(/sitemap-\d.*?)</loc>", site.get("/sitemap.xml").text)
    for path in [*SITEMAPS, *parts[:3]]:
        answer, schema = site.get(path), index if path == "/sitemap.xml" else urls
        misses += [f"{path}: {error.reason}" for error in schema.iter_errors(answer.body)]
        misses += _unconditional(site, path, answer)
    return misses


def _unconditional(site, path, answer):
    """A miss where an unchanged answer is sent again."""
    again = site.get(path, If_None_Match=answer.headers.get("ETag", ""))
    return [] if again.status == 304 else [f"{path}: {again.status} for its own ETag"]


def links(site: Site, pages: dict[str, str]) -> list[str]:
    """Every internal link and picture of the first pages that a crawl meets."""
    waiting, asked, misses, crawled = ["/"], {"/"}, [], 0
    while waiting:
        path = waiting.pop(0)
        answer = site.get(path)
        if answer.status >= 400:
            misses.append(f"{answer.status} {path}")
        is_page = "html" in answer.headers["Content-Type"] and not path.startswith(NOT_FOLLOWED)
        if not is_page or crawled >= CRAWLED:
            continue
        crawled += 1
        for link in re.findall(r'(?:href|src)="([^"#]+)', answer.text):
            url = urlsplit(urljoin(site.base + path, unescape(link)))
            found = quote(url.path, safe="/%:@") + (f"?{url.query}" if url.query else "")
            if f"{url.scheme}://{url.netloc}" == site.base and found not in asked:
                asked.add(found)
                waiting.append(found)
    tools.say(f"  {crawled} pages, {len(asked)} addresses")
    return misses


def html(site: Site, pages: dict[str, str]) -> list[str]:
    """The Nu checker's errors and warnings in the pages and their style sheets."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in pages.items():
            text = site.get(path).text
            (Path(folder) / f"{name}.html").write_text(text, encoding="utf-8")
            for sheet in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text):
                (Path(folder) / Path(sheet).name).write_bytes(site.get(sheet).body)
        command = ["java", "-jar", tools.NU, "--format", "json", "--stdout", "--exit-zero-always"]
        checked = [*Path(folder).glob("*.html"), *Path(folder).glob("*.css")]
        command += ["--also-check-css", *checked]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return [
        f"{Path(found.get('url', '')).name}:{found.get('lastLine')}: {found['message']}"
        for found in json.loads(output)["messages"]
        if found["type"] != "info" or found.get("subType") == "warning"
    ]


def lynx(site: Site, pages: dict[str, str]) -> list[str]:
    """The h1 of each page can be read in a text browser."""
    misses = []
    for name, path in pages.items():
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", site.get(path).text, re.DOTALL)
        wanted = "".join(unescape(re.sub(r"<[^>]+>", "", heading[1])).split())
        command = ["lynx", "-dump", "-nolist", "-display_charset=utf-8", "-width=200", site.base + path]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout  # noqa: S603
        if wanted not in "".join(shown.split()):
            misses.append(f"{name}: “{wanted}” is not shown")
    return misses
