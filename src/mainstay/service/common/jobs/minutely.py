"""What is looked at once a minute, where a day would be too late: somebody who is not back from a visit.

A room names its task in its ``apps.py``: ``minutely("casework.visits")(look)``. The function takes ``now`` and has to
be quick where nothing is due; one that fails is logged and asked again the next minute, the others go on.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.utils import timezone

log = structlog.get_logger("mainstay.minutely")

Task = Callable[[datetime], None]
_tasks: dict[str, Task] = {}


def minutely(name: str) -> Callable[[Task], Task]:
    """Name a function that is called once a minute."""

    def register(task: Task) -> Task:
        _tasks[name] = task
        return task

    return register


def run(now: datetime | None = None) -> None:
    for name, task in sorted(_tasks.items()):
        try:
            task(now or timezone.now())
        except Exception:
            log.exception("minutely_task_failed", task=name)
