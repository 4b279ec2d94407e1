"""What search knows a story to be about, for the stories related to it: see news/search/subjects.py."""

from django.db import migrations

SQLITE = [
    "ALTER TABLE news_search ADD COLUMN subjects TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE news_search_subject (
        subject INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (subject, position)
    ) WITHOUT ROWID
    """,
    # Serves the search: few stories expire, and only they are looked at for it.
    "CREATE INDEX news_search_expiring ON news_search (position, expires_at) WHERE expires_at IS NOT NULL",
]
POSTGRESQL = [
    "ALTER TABLE news_search ADD COLUMN subjects text NOT NULL DEFAULT ''",
    """
    CREATE TABLE news_search_subject (
        subject bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (subject, position)
    )
    """,
]


def create(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE news_search_subject")
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP INDEX news_search_expiring")
    schema_editor.execute("ALTER TABLE news_search DROP COLUMN subjects")


class Migration(migrations.Migration):
    dependencies = [("news", "0004_comments")]
    operations = [migrations.RunPython(create, drop)]
