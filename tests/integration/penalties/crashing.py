"""Kills whoever issues notices, at random moments, again and again; run by ``test_crashes`` in a process of its own.

    python -m tests.integration.penalties.crashing NOTICES KILLS SEED

The environment names an empty database and folder. This process keeps no connection and renders nothing, so that it can
fork at any time: each child works as the worker would, or as two officers who press the button at once, until it
is killed. At the end one child finishes what is left, and another looks at every row. The last line is JSON.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def main(argv: list[str]) -> int:
    notices, kills, seed = map(int, argv)
    import django

    django.setup()
    chance = random.Random(seed)
    in_child(lambda: prepare(notices), "prepared")
    killed = 0
    for _ in range(kills):
        works = chance.choice([[worker], [worker], [officer, officer], [worker, officer]])
        killed += crash([start(work) for work in works], chance.uniform(0.01, 0.9))
    in_child(finish, "finished")
    found = json.loads(in_child(look, "looked"))
    print(json.dumps({"killed": killed, **found}))
    return 0


def start(work: Callable[[], Any]) -> int:
    """A child that works; its number."""
    from django.db import connections

    connections.close_all()
    if child := os.fork():
        return child
    try:
        work()
    except BaseException as error:  # the parent only cares whether it was killed
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    os._exit(0)


def crash(children: list[int], after: float) -> int:
    """Kill the children after some seconds; how many of them were still at work."""
    time.sleep(after)
    killed = 0
    for child in children:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    return killed


def in_child(work: Callable[[], Any], what: str) -> str:
    """Do this to its end in a child; what it returns, as text. The run fails with it."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.write(writing, str(work()).encode())
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    if os.waitpid(child, 0)[1]:
        sys.exit(f"not {what}")
    return said


def prepare(number: int) -> None:
    from benchmarks import day_run
    from django.core.management import call_command
    from django.utils import timezone

    from mainstay.service.penalties import batch

    call_command("migrate", verbosity=0, interactive=False)
    call_command("migrate", database="reads", verbosity=0, interactive=False) if _has_reads() else None
    day_run.AT = timezone.now()
    ids, by = day_run.prepare(number)
    batch.ask(notice_ids=ids, by=by, at=day_run.AT)


def _has_reads() -> bool:
    from django.db import connections

    return "reads" in connections


def worker() -> None:
    """As ``mainstay serve`` runs it; what a dead worker had in hand is free at once."""
    from django.utils import timezone

    from mainstay.service.common.jobs import queue
    from mainstay.service.common.jobs.models import Job

    over = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state=Job.State.RUNNING).update(leased_until=over)
    queue.run_waiting()


def finish() -> None:
    """What waits for another try, such as after a deadlock with somebody who was killed, does not have to wait longer."""
    from django.utils import timezone

    from mainstay.service.common.jobs.models import Job

    Job.objects.filter(state=Job.State.WAITING).update(not_before=timezone.now())
    worker()


def officer() -> None:
    """Somebody issues everything that waits, without the worker."""
    from django.utils import timezone

    from mainstay.service.accounts.models import User
    from mainstay.service.penalties.actions import issuing

    by = User.objects.get(email="business_support@example.org")
    issuing.issue(notice_ids=list(issuing.waiting(by).values_list("pk", flat=True)), by=by, at=timezone.now())


def look() -> str:
    """Everything that has to be so of every notice, counted."""
    from mainstay.service.common.audit.models import AuditRow
    from mainstay.service.common.jobs.models import Job
    from mainstay.service.common.uploads import store
    from mainstay.service.documents.models import Document, Service
    from mainstay.service.penalties.models import Notice, NoticeRequest
    from mainstay.service.record.models import Deadline, Entry

    rows = list(Notice.objects.select_related("document__file", "service"))
    letters = Document.objects.filter(kind="penalty_notice")
    return json.dumps({
        "notices": len(rows),
        "issued": sum(n.state == Notice.State.ISSUED for n in rows),
        "numbers": len({n.number for n in rows if n.number}),
        "documents": letters.count(),
        "own_documents": len({n.document_id for n in rows}),
        "services": Service.objects.filter(document__in=letters).count(),
        "dated": sum(n.served_on is not None and n.decide_from is not None for n in rows),
        "named_on_letter": sum(n.document is not None and n.document.values["reference"] == n.number for n in rows),
        "readable": sum(store.read(n.document.file).startswith(b"%PDF") for n in rows if n.document),
        "told": AuditRow.objects.filter(action="notice.issued").count(),
        "deadlines": Deadline.objects.filter(rule="notice-payment").count(),
        "entries": Entry.objects.filter(kind="penalty_notice").count(),
        "open_requests": NoticeRequest.objects.filter(state="asked").count(),
        "jobs": sorted(" ".join(filter(None, job)) for job in Job.objects.values_list("state", "problem")),
    })  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
