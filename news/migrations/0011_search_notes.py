"""Search among photos and comments: see news/search/notes.py. `rebuild search` writes those there are."""

from django.db import migrations

INDEXES = "news_search_photo", "news_search_comment"
TOKENS = "unicode61 remove_diacritics 0 tokenchars '_'"
WITH_LZ4 = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"


def create(apps, schema_editor):
    connection = schema_editor.connection
    for index in INDEXES:
        if connection.vendor == "sqlite":
            schema_editor.execute(f'CREATE VIRTUAL TABLE {index} USING fts5(words, tokenize="{TOKENS}")')
            continue
        schema_editor.execute(f"CREATE TABLE {index} (position bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute(f"CREATE INDEX {index}_words ON {index} USING gin (words)")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(WITH_LZ4)
            has_lz4 = cursor.fetchone()[0]
        if has_lz4:  # ranking reads hundreds of long vectors, and lz4 is read four times as fast
            schema_editor.execute("ALTER TABLE news_search ALTER COLUMN words SET COMPRESSION lz4")


def drop(apps, schema_editor):
    for index in INDEXES:
        schema_editor.execute(f"DROP TABLE {index}")


class Migration(migrations.Migration):
    dependencies = [("news", "0010_picks_and_readings")]
    operations = [migrations.RunPython(create, drop)]
