"""How well and how fast comments are sorted: `python -m bench.comments quality`, `speed 2000`, `flood 10000`.
`load 60` sends 200 comments a second over HTTP for so many seconds, while others read.

Runs on the database of DATABASE_URL, else on a scratch SQLite file, and prints tables. `quality` reads the
labelled comments of the collection beside the repository (COLD, Apache-2.0).
"""

import argparse
import http.client
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import django

from bench.serving import Server, free_port, serving

LABELLED = Path(__file__).parents[2] / "shared" / "data" / "comments" / "shared_cold_dev.jsonl"
DECISIONS = 2_000
ROUNDS = 5
RATE, SENDERS = 200, 32  # comments a second, and connections that send them
READ = 0.1  # seconds between two pages that somebody reads
GRANIAN = "granian --interface wsgi --workers 2 --blocking-threads 100 --no-ws --log-level error"
PIECES = [
    "路",
    "修好了",
    "回家",
    "真快",
    "感谢",
    "干部",
    "今年",
    "土豆",
    "丰收",
    "价格",
    "不错",
    "孩子",
    "上学",
    "近了",
]


def quality() -> None:
    """Precision and recall on comments that were not learned from, before and after DECISIONS decisions."""
    from counties.navigation import regions  # noqa: PLC0415  Django is set up by now
    from news.comments import filter, learning  # noqa: PLC0415

    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    marked, scored = [], []
    for seed in range(ROUNDS):
        random.Random(seed).shuffle(rows)  # noqa: S311 not for secrets
        learned, rest = rows[:DECISIONS], rows[DECISIONS:]
        truth = [row["label"] == "offensive" for row in rest]
        marked.append(_measures([bool(filter.reasons(row["text"], regions().root)) for row in rest], truth))
        bias, weights = learning.fit(
            [row["text"] for row in learned], [row["label"] == "offensive" for row in learned]
        )
        model = learning.Model(0, 0.0, 1, bias, weights)
        scores = [learning.probability(model, learning.features(row["text"])) for row in rest]
        limits = 0.3, 0.5, 0.7, 0.8
        scored.append({limit: _measures([score >= limit for score in scores], truth) for limit in limits})
    say(f"| {len(rows) - DECISIONS} comments, mean of {ROUNDS} rounds | precision | recall | right |")
    say("| --- | --- | --- | --- |")
    say(f"| before: marked by the rules alone | {_mean(marked)} |")
    for limit in scored[0]:
        say(f"| after {DECISIONS} decisions: score ≥ {limit} | {_mean([one[limit] for one in scored])} |")


def speed(number: int, threads: int = 4) -> None:
    """Comments taken in a second through news.comments.post, from so many threads."""
    from django.db import connection  # noqa: PLC0415  Django is set up by now

    from news import comments  # noqa: PLC0415
    from news.models import Comment  # noqa: PLC0415

    stories, rng = _stories(50), random.Random(7)  # noqa: S311 not for secrets
    texts = [f"{''.join(rng.choices(PIECES, k=rng.randint(4, 12)))}{n}" for n in range(number)]

    def send(n: int) -> float:
        start = time.perf_counter()
        comments.post(
            stories[n % 50], name="读者", text=texts[n], author=f"{n % 997}", address=f"10.0.{n % 251}.1"
        )
        return time.perf_counter() - start

    before = Comment.objects.count()
    for label, workers in (("one thread", 1), (f"{threads} threads", threads)):
        start, worked = time.perf_counter(), time.process_time()
        half = range(0, number // 2) if workers == 1 else range(number // 2, number)
        with ThreadPoolExecutor(workers) as pool:
            taken = sorted(pool.map(send, half))
        spent = time.perf_counter() - start
        middle, slow = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
        own = (time.process_time() - worked) / len(half)
        say(
            f"{connection.vendor}, {label}: {len(half) / spent:.0f} a second, median {middle * 1000:.1f} ms, "
            f"99th {slow * 1000:.1f} ms, {own * 1000:.1f} ms of processor time each"
        )
    say(f"kept {Comment.objects.count() - before} of {number}")


def flood(number: int) -> None:
    """A flood of near-repeats: sent, found on the desk, rejected in one act, put back."""
    from counties.models import User  # noqa: PLC0415  Django is set up by now
    from news import comments  # noqa: PLC0415

    story = _stories(1)[0]
    moderator, _new = User.objects.get_or_create(username="bench", defaults={"is_superuser": True})
    spam = "本店新到一批正宗土鸡，量大从优，欢迎各位老乡前来选购，地址在县城南门{}号"
    sent = clock(
        "sent", lambda: [comments.post(story, name="店", text=spam.format(n)) for n in range(number)]
    )
    clock("the next 25 of the queue", lambda: comments.queue(moderator))
    clock("length of the queue", lambda: comments.backlog(moderator))
    clock("size of the group", lambda: comments.group_size(sent[0]))
    batch, done = clock("rejected in one act", lambda: comments.reject_group(sent[0].group, by=moderator))
    back = clock("put back", lambda: comments.undo_batch(batch, by=moderator))
    say(f"{done} rejected, {back} put back")


def load(seconds: int) -> None:
    """RATE comments a second over HTTP: whether each one accepted is kept, and how slow pages become."""
    from django.core.management import call_command  # noqa: PLC0415  Django is set up by now

    from news.models import Comment  # noqa: PLC0415

    call_command("collectstatic", verbosity=0, interactive=False)
    stories = _stories(50)
    path = stories[0].get_absolute_url()
    pages = {
        "home": "/",
        "story": path,
        "story, not kept": f"{path}?n={{n}}",
        "search": "/search/?q=路&n={n}",
    }
    before, port = Comment.objects.count(), free_port()
    command = [str(Path(sys.executable).with_name("granian")), *GRANIAN.split()[1:], "--port", str(port)]
    with serving([*command, "portal.wsgi:application"], port, {"ALLOWED_HOSTS": "127.0.0.1"}) as server:
        _read(server, pages, 3)  # warm
        quiet = _read(server, pages, seconds)
        worked = server.cpu()
        with ThreadPoolExecutor(SENDERS + 1) as pool:
            reading = pool.submit(_read, server, pages, seconds)
            sent = [pool.submit(_send, server, stories, n, seconds) for n in range(SENDERS)]
            answers, loaded = sum((one.result() for one in sent), Counter()), reading.result()
        worked = (server.cpu() - worked) / max(1, answers[302])
    kept = Comment.objects.count() - before
    say(f"{answers[302] / seconds:.0f} of {RATE} a second accepted, {answers[302] - kept} of them lost")
    say(f"answers: {dict(answers)}; {worked * 1000:.1f} ms of the server for each, the pages included")
    say("\n| page | quiet: p50 | p95 | worst | loaded: p50 | p95 | worst |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    for name in pages:
        say(f"| {name} | {_spread(quiet[name])} | {_spread(loaded[name])} |")


def _send(server: Server, stories: list, first: int, seconds: int) -> Counter:
    """Every SENDERS-th comment at its time; answers by status, of which 302 means accepted."""
    rng, answers, start = random.Random(first), Counter(), time.monotonic()  # noqa: S311 not for secrets
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for n in range(first, RATE * seconds, SENDERS):
        time.sleep(max(0, start + n / RATE - time.monotonic()))
        if time.monotonic() > start + seconds:
            break  # what could not be sent in time is not sent at all
        text = "，".join("".join(rng.choices(PIECES, k=3)) for _ in range(rng.randint(1, 6)))
        headers = {
            "Cookie": f"author=reader{n % 997}", "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{server.port}",
        }  # fmt: skip
        body = urlencode({"name": "读者", "text": f"{text}。{n}"})
        connection.request("POST", f"/articles/{stories[n % len(stories)].pk}/comments/", body, headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
    return answers


def _read(server: Server, pages: dict[str, str], seconds: int) -> dict[str, list[float]]:
    """Milliseconds that each page took, one asked for every READ seconds."""
    took, n, end = defaultdict(list), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for name, page in pages.items():
            n += 1
            start = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            connection.request("GET", quote(page.format(n=n), safe="/?=&"))
            connection.getresponse().read()
            took[name].append((time.perf_counter() - start) * 1000)
            time.sleep(READ)
    return took


def _spread(times):
    times = sorted(times)
    return " | ".join(f"{times[int((len(times) - 1) * part)]:.1f}" for part in (0.5, 0.95, 1))


def clock(label: str, work: Callable):
    start = time.perf_counter()
    result = work()
    say(f"{label}: {(time.perf_counter() - start) * 1000:,.0f} ms")
    return result


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _stories(number):
    from tests.factories import make_article  # noqa: PLC0415  Django is set up by now

    return [make_article() for _ in range(number)]


def _measures(said, truth):
    """(precision, recall, share of right answers)"""
    both = sum(one and other for one, other in zip(said, truth, strict=True))
    right = sum(one == other for one, other in zip(said, truth, strict=True))
    return both / max(1, sum(said)), both / sum(truth), right / len(truth)


def _mean(rounds):
    return " | ".join(f"{sum(values) / len(values):.1%}" for values in zip(*rounds, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["quality", "speed", "flood", "load"])
    parser.add_argument("number", type=int, nargs="?", default=2_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ |= {"DATA_DIR": tempfile.mkdtemp(prefix="bench-"), "RATE_LIMITS": "0"}
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if options.what == "quality":
        call_command("load_regions", verbosity=0)
        quality()
    else:
        {"speed": speed, "flood": flood, "load": load}[options.what](options.number)


if __name__ == "__main__":
    main()
