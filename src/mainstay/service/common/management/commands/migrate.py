"""``mainstay manage migrate``: an empty database is made from the models at once, any other step by step.

Step by step takes most of a minute, for Django renders every related model anew after each step. That both
ways end in the same tables is tested (``tests/integration/roof/test_migrations.py``), and ``make check`` refuses
models that the steps do not lead to.
"""

from typing import Any, Final

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor

#: the hint of a ``RunPython`` that makes what models cannot say: a trigger, a virtual table
MAKES_SCHEMA: Final = "makes_schema"
#: asked for any of these, or for one app, the steps are gone as Django goes them
_ONE_BY_ONE: Final = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by-steps", action="store_true", help="An empty database step by step too.")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        as_usual = options.pop("by_steps", False) or any(options.get(name) for name in _ONE_BY_ONE)
        if not as_usual and not connection.introspection.table_names():
            make_at_once(connection)
        super().handle(*args, **options)


def make_at_once(connection: BaseDatabaseWrapper) -> None:
    """Make every table in one transaction and note every step as gone."""
    executor = MigrationExecutor(connection)
    steps = [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    with connection.schema_editor() as editor:
        for config in apps.get_app_configs():
            for model in router.get_migratable_models(config, connection.alias):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        editor.create_model(executor.recorder.Migration)
        for step in steps:
            for operation in step.operations:
                if isinstance(operation, RunPython) and operation.hints.get(MAKES_SCHEMA):
                    operation.database_forwards(
                        step.app_label,
                        editor,
                        executor.loader.project_state(),
                        executor.loader.project_state(),
                    )
            executor.recorder.record_applied(step.app_label, step.name)
