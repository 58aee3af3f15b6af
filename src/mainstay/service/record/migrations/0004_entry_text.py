"""The words of the chronology can be searched, and its corrections found at once: a full-text table kept by triggers on SQLite, an index on PostgreSQL."""

from django.db import migrations, models

SQLITE = (
    (
        "CREATE VIRTUAL TABLE record_entry_text USING fts5("
        "title, text, content='record_entry', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    ),
    (
        "CREATE TRIGGER record_entry_text_added AFTER INSERT ON record_entry BEGIN "
        "INSERT INTO record_entry_text(rowid, title, text) VALUES (new.id, new.title, new.text); END"
    ),
    (
        "CREATE TRIGGER record_entry_text_changed AFTER UPDATE OF title, text ON record_entry BEGIN "
        "INSERT INTO record_entry_text(record_entry_text, rowid, title, text) "
        "VALUES ('delete', old.id, old.title, old.text); "
        "INSERT INTO record_entry_text(rowid, title, text) VALUES (new.id, new.title, new.text); END"
    ),
    (
        "CREATE TRIGGER record_entry_text_removed AFTER DELETE ON record_entry BEGIN "
        "INSERT INTO record_entry_text(record_entry_text, rowid, title, text) "
        "VALUES ('delete', old.id, old.title, old.text); END"
    ),
    "INSERT INTO record_entry_text(record_entry_text) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER record_entry_text_added",
    "DROP TRIGGER record_entry_text_changed",
    "DROP TRIGGER record_entry_text_removed",
    "DROP TABLE record_entry_text",
)
#: the same expression as in ``record.text``
POSTGRESQL = (
    "CREATE INDEX record_entry_text ON record_entry USING gin (to_tsvector('english', title || ' ' || text))",
)
POSTGRESQL_BACK = ("DROP INDEX record_entry_text",)


def _run(sqlite, postgresql):
    def run(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in {"sqlite": sqlite, "postgresql": postgresql}[vendor]:
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_meetings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="entry_corrections"
            ),
        ),
        migrations.RunPython(
            _run(SQLITE, POSTGRESQL),
            _run(SQLITE_BACK, POSTGRESQL_BACK),
            hints={"model_name": "entry", "makes_schema": True},
        ),
    ]
