"""Kills a newsroom at random moments: is its data whole afterwards, and is all there that was said to be?

`python -m tests.random_kills --kills 100` runs on an SQLite of its own, or in the PostgreSQL database that
`--database postgres://…` names, which must be empty. A worker publishes, withdraws, edits, moderates, uploads
and imports, and says on its output what has been done; it is killed (SIGKILL) in the middle, and `check_data`
and the database's own check must find nothing wrong. Migrations of a fresh database are killed as well.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

LONGEST = 1.5  # seconds that a worker lives
ME = [sys.executable, "-m", "tests.random_kills"]


def work(seed: int) -> None:
    """Write without end; each line said is a promise that it is kept."""
    rng, count = random.Random(seed), 0
    moderator, _new = User.objects.get_or_create(username="moderator", is_superuser=True)
    say("ready")
    while True:
        count += 1
        article = make_article(tags=["核桃", "修路"], places=["sichuan/chengdu/jinjiang"])
        say("article", article.pk, "published")
        copy = workflow.working_copy(article, by=None)
        copy.headline = f"第{seed}-{count}条，新版"
        article = workflow.publish(workflow.write(copy))
        say("headline", article.pk, f"第{seed}-{count}条，新版")
        comments.approve(make_comment(article, state="pending"), by=moderator)
        say("comment", article.pk, 1)
        if rng.random() < 0.5:
            workflow.withdraw(article, by=None, notice="内容有误")
            say("article", article.pk, "withdrawn")
        picture = Image.new("RGB", (900, 700), tuple(rng.randrange(256) for _ in range(3)))
        file = io.BytesIO()
        picture.save(file, "JPEG")
        photo, _new = images.store(file)
        say("photo", photo.pk, photo.sha256)
        images.make_waiting(1)
        import_some(f"{seed}-{count}")


def import_some(key):
    row = {"body": "正文。", "region": "甘洛县"}
    rows = [row | {"id": f"{key}-{n}", "title": f"来稿{key}-{n}"} for n in range(5)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(json.dumps(row) for row in rows))
        file.flush()
        call_command("import_articles", file.name, status="published", stdout=io.StringIO())
    say("import", key, 5)


def kill_one(rng: random.Random, seed: int) -> list[str]:
    """What is wrong after one kill."""
    with subprocess.Popen([*ME, "--work", str(seed)], stdout=subprocess.PIPE, text=True) as worker:
        worker.stdout.readline()
        time.sleep(rng.random() * LONGEST)
        worker.kill()
        said = [line.split(None, 2) for line in worker.stdout if line.endswith("\n")]
    if worker.returncode != -signal.SIGKILL:
        return [f"the worker ended by itself with {worker.returncode}"]
    return [*lost(said), *inconsistent()]


def lost(said):
    for kind, key, value in said:
        value = value.strip()
        if kind == "article" and not _was(Article.objects.get(pk=key), value):
            yield f"article {key} is not {value}"
        if kind == "headline" and Article.objects.get(pk=key).headline != value:
            yield f"article {key} is not in its new text"
        if kind == "comment" and Article.objects.get(pk=key).comment_count != int(value):
            yield f"article {key} has lost a comment"
        if kind == "photo" and not images.has_original(Photo.objects.get(pk=key, sha256=value)):
            yield f"photo {key} has lost its file"
        if kind == "import" and Article.objects.filter(import_key__startswith=f"{key}-").count() != int(
            value
        ):
            yield f"import {key} is not whole"


def _was(article, state):
    """It may have been withdrawn in the moment of the kill, after it was said to be published."""
    return article.state == state or (state, article.state) == ("published", "withdrawn")


def inconsistent():
    try:
        call_command("check_data", stdout=(found := io.StringIO()))
    except CommandError:
        yield found.getvalue()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if (answer := cursor.fetchall()) != [("ok",)]:
                yield str(answer)
            cursor.execute("PRAGMA foreign_key_check")
            yield from map(str, cursor.fetchall())
    connection.close()


def kill_a_migration(rng: random.Random) -> list[str]:
    """A second run completes what a killed one began."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with tempfile.TemporaryDirectory() as folder:
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        with subprocess.Popen(migrate, env=os.environ | {"DATA_DIR": folder}) as first:
            time.sleep(0.5 + rng.random() * 1.5)
            first.kill()
        again = subprocess.run(
            migrate, env=os.environ | {"DATA_DIR": folder}, capture_output=True, text=True, check=False
        )
        return [again.stderr[-500:]] if again.returncode else []


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.random_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--migrations", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty database of PostgreSQL")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def main(asked: argparse.Namespace) -> int:
    if asked.work is not None:
        work(asked.work)
    if connection.introspection.table_names():
        sys.exit(f"{connection.settings_dict['NAME']} is not empty: name a database that may be thrown away.")
    call_command("migrate", verbosity=0)
    call_command("load_regions", verbosity=0, stdout=io.StringIO())
    rng = random.Random(asked.seed)
    wrong = [said for n in range(asked.kills) for said in kill_one(rng, asked.seed * 1000 + n)]
    made = f"{Article.objects.count()} stories, {Photo.objects.count()} photos"
    wrong += [said for _n in range(asked.migrations) for said in kill_a_migration(rng)]
    say(f"{asked.kills} kills and {asked.migrations} in migrations,", len(wrong), "things wrong;", made)
    say(*wrong[:20])
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    asked, scratch = arguments(), None
    if asked.work is None:
        scratch = tempfile.TemporaryDirectory()
        os.environ |= {"DATA_DIR": scratch.name, "DATABASE_URL": asked.database, "REDIS_URL": ""}
    import django

    django.setup()
    from django.core.management import CommandError, call_command
    from django.db import connection
    from PIL import Image

    from counties.models import User
    from news import comments, images, workflow
    from news.models import Article, Photo
    from tests.factories import make_article, make_comment

    sys.exit(main(asked))
