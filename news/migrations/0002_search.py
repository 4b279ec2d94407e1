"""The search index: tables that only news.search reads and writes, different on each database."""

from django.db import migrations

SQLITE = [
    """
    CREATE TABLE news_search (
        position INTEGER PRIMARY KEY, article_id INTEGER NOT NULL UNIQUE, expires_at INTEGER,
        title TEXT NOT NULL, title_pairs TEXT NOT NULL, body TEXT NOT NULL, pairs TEXT NOT NULL,
        marks TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE news_search_words USING fts5(
        title, title_pairs, body, pairs, marks, content=news_search, content_rowid=position,
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER news_search_written AFTER INSERT ON news_search BEGIN
        INSERT INTO news_search_words(rowid, title, title_pairs, body, pairs, marks)
        VALUES (new.position, new.title, new.title_pairs, new.body, new.pairs, new.marks);
    END
    """,
    """
    CREATE TRIGGER news_search_removed AFTER DELETE ON news_search BEGIN
        INSERT INTO news_search_words(news_search_words, rowid, title, title_pairs, body, pairs, marks)
        VALUES ('delete', old.position, old.title, old.title_pairs, old.body, old.pairs, old.marks);
    END
    """,
]
POSTGRESQL = [
    """
    CREATE TABLE news_search (
        position bigint PRIMARY KEY, article_id bigint NOT NULL UNIQUE, expires_at bigint,
        title tsvector NOT NULL, words tsvector NOT NULL
    )
    """,
    "CREATE INDEX news_search_title ON news_search USING gin (title)",
    "CREATE INDEX news_search_words ON news_search USING gin (words)",
]


def create(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE news_search_words")
    schema_editor.execute("DROP TABLE news_search")


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
