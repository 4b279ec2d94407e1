"""`make audit`: how good the public pages of a running site are, by the judges of the trade.

Lighthouse (a simulated slow phone, the median of its runs), axe in light, dark and large type, the Nu
checker, feedparser and the schemas of sitemaps, a crawl of all links, the pages without scripts and in lynx.
Prints a table and every miss; exit code 1 if there is one. It only ever speaks to the address it is given.
"""

import argparse
import re
import sys
from urllib.parse import quote

from bench.audit import browser, lighthouse, machines, tools
from bench.audit.site import Site

CHECKS = {
    "links": machines.links,
    "feeds": machines.feeds,
    "html": machines.html,
    "lynx": machines.lynx,
    "noscript": browser.noscript,
    "axe": browser.axe,
    "lighthouse": lighthouse.run,
}


def pages(site: Site) -> dict[str, str]:
    """One page of each kind, of the demo newsroom."""
    county = "/sichuan/liangshan/ganluo/"
    article = first(site, county, r'href="(/[a-z/]+/\d{6}/\d+/)"')
    return {
        "home": "/",
        "province": "/sichuan/",
        "prefecture": "/sichuan/liangshan/",
        "county": county,
        "article": article,
        "gallery": first(site, "/sections/photos/", r'href="(/[a-z/]+/\d{6}/\d+/)"'),
        "section": f"{county}sections/news/",
        "search": f"/search/?q={quote('核桃')}",
        "tag": first(site, article, r'href="(/tags/[^"]+/)"'),
        "finder": "/regions/",
        "hot": "/hot/",
        "corrections": "/corrections/",
        "about": "/about/",
        "error": "/no-such-page/",
    }


def first(site: Site, path: str, pattern: str) -> str:
    found = re.search(pattern, site.get(path).text.partition("<main")[2])
    return found[1] if found else sys.exit(f"{path} leads to nothing like {pattern}: is the demo loaded?")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument(
        "base", nargs="?", default="http://127.0.0.1:8000", help="address of the running site"
    )
    parser.add_argument("--only", default=",".join(CHECKS), help="comma separated; the default is all")
    parser.add_argument("--pages", help="comma separated names; the default is all")
    parser.add_argument("--runs", type=int, default=3, help="of Lighthouse, for each page")
    options = parser.parse_args()
    tools.install()
    site = Site(options.base.rstrip("/"))
    chosen = pages(site)
    if options.pages:
        chosen = {name: chosen[name] for name in options.pages.split(",")}
    misses = []
    for name in options.only.split(","):
        tools.say(f"\n{name}")
        check = CHECKS[name]
        found = check(site, chosen, options.runs) if check is lighthouse.run else check(site, chosen)
        tools.say("\n".join(f"  MISS {miss}" for miss in found) or "  held")
        misses += found
    tools.say(f"\n{len(misses)} missed")
    sys.exit(bool(misses))


if __name__ == "__main__":
    main()
