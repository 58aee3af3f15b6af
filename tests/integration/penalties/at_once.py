"""Two people press the same button at the same moment; run by ``test_two_at_once`` in a process of its own.

    python -m tests.integration.penalties.at_once NOTICES

The environment names an empty database and folder. This process keeps no connection, so that it can fork. The last
line is JSON: for each button what both were told, and what is there afterwards.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.integration.penalties.crashing import in_child


def main(argv: list[str]) -> int:
    import django

    django.setup()
    [number] = map(int, argv)
    ids = json.loads(in_child(lambda: prepare(number), "prepared"))
    found = {
        "approve": [together(lambda by, pk=pk: approve(pk, by)) for pk in ids],
        "issue": together(lambda by: issue(ids, by)),
        "withdraw": [together(lambda by, pk=pk: withdraw(pk, by)) for pk in ids],
    }
    print(json.dumps(found | json.loads(in_child(look, "looked"))))
    return 0


def together(work: Callable[[str], Any]) -> list[Any]:
    """What two people are told who do the same at the same moment."""
    from django.db import connections

    connections.close_all()
    begins, told = time.time() + 0.3, []
    for by in ("one@example.org", "two@example.org"):
        reading, writing = os.pipe()
        if not os.fork():
            time.sleep(max(0, begins - time.time()))
            os.write(writing, json.dumps(said(work, by)).encode())
            os._exit(0)
        os.close(writing)
        told.append(reading)
    answers = []
    for reading in told:
        with os.fdopen(reading) as pipe:
            answers.append(json.loads(pipe.read()))
        os.wait()
    return answers


def said(work: Callable[[str], Any], by: str) -> Any:
    from mainstay.service.common.steps import StepRefused

    try:
        return work(by)
    except StepRefused as refusal:
        return str(refusal)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def prepare(number: int) -> str:
    """So many proposed notices, and two managers."""
    from datetime import date

    from benchmarks import day_run
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from mainstay.service.accounts.models import RoleHeld, User
    from mainstay.service.common.models import Decision
    from mainstay.service.penalties.models import Notice

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    day_run.AT = timezone.now()
    ids, _ = day_run.prepare(number)
    Notice.objects.update(state="proposed")
    Decision.objects.update(approved_by=None, approved_at=None)
    for name in ("one", "two"):
        user = User.objects.create(email=f"{name}@example.org", name=name.title(), post="Manager")
        RoleHeld.objects.create(user=user, role="service_manager", since=date(2020, 1, 1))
    return json.dumps(ids)


def who(email: str) -> dict[str, Any]:
    from django.utils import timezone

    from mainstay.service.accounts.models import User

    return {"by": User.objects.get(email=email), "at": timezone.now()}


def approve(pk: int, by: str) -> str:
    from mainstay.service.penalties.actions import checking

    return checking.approve(notice_id=pk, **who(by)).state


def issue(ids: list[int], by: str) -> list[int]:
    """The notices this person issued."""
    from mainstay.service.penalties.actions import issuing

    return [notice.pk for notice in issuing.issue(notice_ids=ids, **who(by)).notices]


def withdraw(pk: int, by: str) -> str:
    from mainstay.service.penalties.actions import ending

    return ending.withdraw(
        notice_id=pk, ground="material_error", reasons="The school was wrong.", **who(by)
    ).state


def look() -> str:
    from mainstay.service.common.models import Decision
    from mainstay.service.documents.models import Document
    from mainstay.service.penalties.models import Notice

    letters = Document.objects.order_by().values_list("kind", flat=True)
    return json.dumps({
        "numbers": len(set(Notice.objects.values_list("number", flat=True))),
        "letters": sum(kind == "penalty_notice" for kind in letters),
        "withdrawals": sum(kind == "withdrawal" for kind in letters),
        "withdrawal_decisions": Decision.objects.filter(kind="penalty_notice.withdrawal").count(),
    })  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
