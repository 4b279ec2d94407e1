"""Lighthouse on a simulated slow phone, and what the first visit of a page transfers."""

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench.audit import tools
from bench.audit.site import Site

LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST = {"largest-contentful-paint": 1200, "cumulative-layout-shift": 0.02, "total-blocking-time": 50}
# Pages that tell search engines to stay away; and Chromium's console calls a page of an error an error.
NOT_ASKED = {"search": ["seo"], "error": ["seo", "best-practices"]}
TRIES = 3  # now and then Chromium does not start
KINDS = "Document", "Stylesheet", "Script"
TEXT, SCRIPT = 45 * 1024, 12 * 1024  # bytes, compressed, of a story's first visit
REQUESTS, BYTES = 16, 300_000
HEAD = "page         perf a11y best seo   LCP ms   CLS  TBT ms  req   all KB  html+css+js  js KB"


def run(site: Site, pages: dict[str, str], runs: int) -> list[str]:
    misses = []
    tools.say(f"  {HEAD}")
    for name, path in pages.items():
        reports = [_report(site.base + path) for _ in range(runs)]
        scores = {key: statistics.median(_score(report, key) for report in reports) for key in LEAST}
        times = {key: statistics.median(_time(report, key) for report in reports) for key in MOST}
        sizes = _sizes(reports[-1])
        tools.say(f"  {_row(name, scores, times, sizes)}")
        for key in NOT_ASKED.get(name, ()):
            del scores[key]
        misses += [f"{name}: {key} {value:.0f}" for key, value in scores.items() if value < LEAST[key]]
        misses += [f"{name}: {key} {value:.3f}" for key, value in times.items() if value > MOST[key]]
        misses += [f"{name}: {what}" for what in _too_much(name, sizes)]
    return misses


def _report(url):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        flags = " ".join([*tools.CHROMIUM_OPTIONS, f"--user-data-dir={folder}/profile"])
        options = ["--quiet", "--output=json", f"--output-path={file}", "--ignore-status-code"]
        categories = f"--only-categories={','.join(LEAST)}"
        command = [tools.NODE, tools.LIGHTHOUSE, url, *options, categories, f"--chrome-flags={flags}"]
        environment = dict(os.environ, CHROME_PATH=tools.chromium())
        for _attempt in range(TRIES):
            run = subprocess.run(command, env=environment, timeout=300, capture_output=True, check=False)  # noqa: S603
            if run.returncode == 0:
                return json.loads(file.read_text(encoding="utf-8"))
        raise RuntimeError(run.stderr.decode()[-2000:])


def _score(report, category):
    return 100 * (report["categories"][category]["score"] or 0)


def _time(report, audit):
    return report["audits"][audit]["numericValue"]


def _sizes(report):
    rows = report["audits"]["network-requests"]["details"]["items"]
    kinds = {kind: sum(row["transferSize"] for row in rows if row["resourceType"] == kind) for kind in KINDS}
    total = sum(row["transferSize"] for row in rows)
    return {"requests": len(rows), "all": total, "text": sum(kinds.values()), "script": kinds["Script"]}


def _row(name, scores, times, sizes):
    lcp, shift, blocked = times.values()
    marks = " ".join(f"{score:4.0f}" for score in scores.values())
    kb = f"{sizes['all'] / 1024:8.1f} {sizes['text'] / 1024:12.1f} {sizes['script'] / 1024:6.1f}"
    return f"{name:12} {marks} {lcp:8.0f} {shift:5.3f} {blocked:7.0f} {sizes['requests']:4} {kb}"


def _too_much(name, sizes):
    if sizes["requests"] > REQUESTS:
        yield f"{sizes['requests']} requests"
    if sizes["all"] > BYTES:
        yield f"{sizes['all']} bytes"
    if name == "article" and sizes["text"] > TEXT:
        yield f"HTML, CSS and JavaScript {sizes['text']} bytes"
    if name == "article" and sizes["script"] > SCRIPT:
        yield f"JavaScript {sizes['script']} bytes"
