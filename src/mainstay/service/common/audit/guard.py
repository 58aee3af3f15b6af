"""The database itself refuses to change, replace or delete audit rows and seals.

Only two changes pass: giving an unsealed row its number, and erasing a payload. Installed after every
migration (SQLite drops triggers when Django rebuilds a table).
"""

from typing import Any, Final

from django.db import connections

_KEPT: Final = ("id", "at", "by_id", "action", "on_kind", "on_id", "salt", "digest")

_SQLITE: Final = {
    "audit_row_no_delete": "BEFORE DELETE ON common_auditrow "
    "BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END",
    "audit_row_no_change": "BEFORE UPDATE ON common_auditrow WHEN NOT ("
    + " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _KEPT)
    + " AND (NEW.sealed_no IS OLD.sealed_no OR OLD.sealed_no IS NULL)"
    " AND (NEW.payload IS OLD.payload OR NEW.payload IS NULL))"
    " BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END",
    # REPLACE deletes without asking the trigger for deletions
    "audit_row_no_replace": "BEFORE INSERT ON common_auditrow WHEN NEW.sealed_no IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM common_auditrow WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'audit rows are numbered by their seal'); END",
    "audit_seal_no_replace": "BEFORE INSERT ON common_seal WHEN EXISTS (SELECT 1 FROM common_seal"
    " WHERE id = NEW.id OR first_no = NEW.first_no OR last_no = NEW.last_no)"
    " BEGIN SELECT RAISE(ABORT, 'seals are never replaced'); END",
    "audit_seal_no_delete": "BEFORE DELETE ON common_seal BEGIN SELECT RAISE(ABORT, 'seals are never deleted'); END",
    "audit_seal_no_change": "BEFORE UPDATE ON common_seal BEGIN SELECT RAISE(ABORT, 'seals are never changed'); END",
}

_POSTGRES: Final = (
    """
CREATE OR REPLACE FUNCTION mainstay_audit_row() RETURNS trigger AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN RAISE EXCEPTION 'audit rows are never deleted'; END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.sealed_no IS NOT NULL THEN RAISE EXCEPTION 'audit rows are numbered by their seal'; END IF;
        RETURN NEW;
    END IF;
    IF ("""
    + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _KEPT)
    + """
        OR (NEW.sealed_no IS DISTINCT FROM OLD.sealed_no AND OLD.sealed_no IS NOT NULL)
        OR (NEW.payload IS DISTINCT FROM OLD.payload AND NEW.payload IS NOT NULL))
    THEN RAISE EXCEPTION 'audit rows are never changed'; END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION mainstay_audit_seal() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'seals are never changed or deleted'; END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER audit_row BEFORE INSERT OR UPDATE OR DELETE ON common_auditrow
    FOR EACH ROW EXECUTE FUNCTION mainstay_audit_row();
CREATE OR REPLACE TRIGGER audit_rows BEFORE TRUNCATE ON common_auditrow
    FOR EACH STATEMENT EXECUTE FUNCTION mainstay_audit_row();
CREATE OR REPLACE TRIGGER audit_seals BEFORE TRUNCATE ON common_seal
    FOR EACH STATEMENT EXECUTE FUNCTION mainstay_audit_seal();
CREATE OR REPLACE TRIGGER audit_seal BEFORE UPDATE OR DELETE ON common_seal
    FOR EACH ROW EXECUTE FUNCTION mainstay_audit_seal();
"""
)

_POSTGRES_TRIGGERS: Final = (
    ("audit_row", "common_auditrow"),
    ("audit_rows", "common_auditrow"),
    ("audit_seal", "common_seal"),
    ("audit_seals", "common_seal"),
)


def install(using: str = "default") -> None:
    """Put the triggers in place, or leave them there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        else:
            cursor.execute(_POSTGRES)


def remove(using: str = "default") -> None:
    """Take them away (to undo a migration, and for tests that empty the tables)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name, table in _POSTGRES_TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def after_migrate(using: str, **_: Any) -> None:
    """Listens to Django's post_migrate."""
    tables = connections[using].introspection.table_names()
    if {"common_auditrow", "common_seal"} <= set(tables):
        install(using)
