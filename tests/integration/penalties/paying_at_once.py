"""Two do the same about money at the same moment; run by ``test_paying_at_once`` in a process of its own.

    python -m tests.integration.penalties.paying_at_once NOTICES

As ``at_once``; GOV.UK Pay is a stand-in in the process of the test.
"""

import io
import json
import sys
from typing import Any

from tests.integration.penalties.at_once import together, who
from tests.integration.penalties.crashing import in_child


def main(argv: list[str]) -> int:
    import django

    django.setup()
    [number] = map(int, argv)
    ids = json.loads(in_child(lambda: prepare(number), "prepared"))
    found: dict[str, Any] = {"begun": [together(lambda _, pk=pk: begin(pk)) for pk in ids]}
    keys = [told[0] for told in found["begun"]]
    found["press"] = [in_child(lambda key=key: press(key), "pressed") for key in keys]
    found["told"] = [together(lambda _, key=key: told(key)) for key in keys]
    found["refreshed"] = [together(lambda _, key=key: refresh(key)) for key in keys]
    found["cash"] = [together(lambda by, pk=pk: cash(pk, by)) for pk in ids]
    found["bank"] = together(lambda by: bank(ids, by))
    refunds = json.loads(in_child(owed, "owed"))
    found["sent"] = [together(lambda _, pk=pk: send(pk)) for pk in refunds]
    in_child(age, "aged")
    found["batches"] = together(batches)
    print(json.dumps(found | json.loads(in_child(look, "looked"))))
    return 0


def prepare(number: int) -> str:
    from tests.integration.penalties import at_once

    from mainstay.service.common.models import Decision
    from mainstay.service.penalties.actions import issuing
    from mainstay.service.penalties.models import Notice

    ids = json.loads(at_once.prepare(number))
    first = who("one@example.org")
    Decision.objects.update(approved_by=first["by"], approved_at=first["at"])
    Notice.objects.update(state="approved")
    issuing.issue(notice_ids=ids, **first)
    return json.dumps(ids)


def begin(pk: int) -> str:
    from mainstay.service.penalties.actions import online

    at = who("one@example.org")["at"]
    return online.begin(notice_ids=[pk], return_to=lambda p: "https://a.example.org/", at=at).payment.key


def _payment(key: str) -> Any:
    from mainstay.service.penalties.models import Payment

    return Payment.objects.get(key=key)


def press(key: str) -> str:
    from tests.integration.penalties import paying_and_dying

    from mainstay.service.penalties.govuk_pay import configured

    pay = configured()
    assert pay is not None
    paying_and_dying.press(pay.get(_payment(key).pay_id).next_url, "pay")
    return "paid"


def told(key: str) -> bool:
    """The same message twice at once."""
    from mainstay.service.penalties.actions import online
    from mainstay.service.penalties.govuk_pay import PayEvent

    at = who("one@example.org")["at"]
    event = PayEvent(f"message-{key}", "card_payment_succeeded", at, _payment(key).pay_id, {})
    return online.told(event=event, at=at)


def refresh(key: str) -> str:
    from mainstay.service.penalties.actions import online

    return online.refresh(payment_id=_payment(key).pk, at=who("one@example.org")["at"]).state


def cash(pk: int, by: str) -> int:
    """The same form twice at once, and it is too late: the notice is paid."""
    from django.utils import timezone

    from mainstay.service.penalties.actions import paying

    return paying.record(
        notice_id=pk, way="cash_office", pence=8000, on=timezone.localdate(), note="", key=f"form-{pk}", **who(by)
    ).pk  # fmt: skip


def bank(ids: list[int], by: str) -> int:
    """Two lists with the same lines; how many are new in this one."""
    from django.utils import timezone

    from mainstay.service.penalties.actions import bank as actions
    from mainstay.service.penalties.models import Notice

    numbers = Notice.objects.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)
    lines = [f"{timezone.localdate()},80.00,{number}" for number in numbers]
    content = "\n".join(["Date,Amount,Reference", *lines])
    came = actions.take(file=io.BytesIO(content.encode()), filename=f"{by}.csv", **who(by))
    return int(came.counts["lines"])


def owed() -> str:
    """The card payments' notices are withdrawn: their money goes back."""
    from mainstay.service.penalties.actions import ending
    from mainstay.service.penalties.models import Notice, Refund

    for notice in Notice.objects.filter(state="paid"):
        ending.withdraw(notice_id=notice.pk, ground="material_error", reasons="x", **who("one@example.org"))
    online = Refund.objects.filter(payment__way="online")
    return json.dumps(list(online.order_by("pk").values_list("pk", flat=True)))


def send(pk: int) -> str:
    from mainstay.service.penalties.actions import refunds

    return refunds.send(refund_id=pk, at=who("one@example.org")["at"]).state


def age() -> str:
    from datetime import timedelta

    from django.db.models import F

    from mainstay.service.penalties.models import Posting

    Posting.objects.update(day=F("day") - timedelta(days=1))
    return "aged"


def batches(by: str) -> list[str]:
    from mainstay.service.penalties.actions import finance

    return [batch.name for batch in finance.make_batches(**who(by))]


def look() -> str:
    from mainstay.service.common.jobs.models import Job
    from mainstay.service.penalties.models import BankLine, FinanceBatch, PayEvent, Payment, Posting, Refund

    return json.dumps({
        "payments": {way: Payment.objects.filter(way=way).count() for way in ("online", "cash_office", "bank")},
        "events": PayEvent.objects.count(),
        "lines": BankLine.objects.count(),
        "received": Posting.objects.filter(kind="received").count(),
        "back": Posting.objects.filter(kind="refunded").count(),
        "by_card": list(Refund.objects.filter(payment__way="online").values_list("state", flat=True)),
        "numbers": list(FinanceBatch.objects.values_list("name", flat=True)),
        "left": Posting.objects.filter(batch=None).count(),
        "jobs_of_messages": Job.objects.filter(kind="penalties.payment").count(),
    })  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
