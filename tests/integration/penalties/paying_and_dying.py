"""Kills whoever takes payments, at random moments, again and again; run by ``test_crashes`` in a process of its own.

    python -m tests.integration.penalties.paying_and_dying NOTICES KILLS SEED

As ``crashing``; GOV.UK Pay is a stand-in in the process of the test. Payers begin payments, pay and come back; others
press twice or pay a notice at the cash office at the same moment; the worker looks up what it was told of.
"""

import json
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from typing import Any

from tests.integration.penalties.crashing import crash, in_child, start, worker


def main(argv: list[str]) -> int:
    notices, kills, seed = map(int, argv)
    import django

    django.setup()
    chance = random.Random(seed)
    in_child(lambda: prepare(notices), "prepared")
    begun = time.perf_counter()
    in_child(payer(0, 0), "paid")
    # a busy machine pays slowly, and some have to get to the end
    longest = max(0.2, 1.5 * (time.perf_counter() - begun))
    killed = 0
    for turn in range(kills):
        one = chance.randrange(notices)
        works = chance.choice(
            [
                [payer(one, turn)],
                [payer(one, turn), worker],
                [payer(one, turn)] * 2,
                [payer(one, turn), cash(one)],
            ]
        )
        killed += crash([start(work) for work in works], chance.uniform(0.005, longest))
    in_child(finish, "finished")
    found = json.loads(in_child(look, "looked"))
    print(json.dumps({"killed": killed, **found}))
    return 0


def prepare(number: int) -> None:
    from benchmarks import day_run
    from django.core.management import call_command
    from django.utils import timezone

    from mainstay.service.accounts.models import RoleHeld, User
    from mainstay.service.penalties.actions import issuing

    call_command("migrate", verbosity=0, interactive=False)
    day_run.AT = timezone.now()
    ids, by = day_run.prepare(number)
    issuing.issue(notice_ids=ids, by=by, at=day_run.AT)
    manager = User.objects.create(email="manager@example.org", name="Robin Manager", post="Manager")
    RoleHeld.objects.create(user=manager, role="service_manager", since=day_run.AT.date())


def payer(number: int, seed: int) -> Any:
    """Begins a payment for a notice (sometimes for two), pays or declines, and comes back."""

    def work() -> None:
        from django.utils import timezone

        from mainstay.service.penalties.actions import online
        from mainstay.service.penalties.models import Notice

        chance = random.Random(seed)
        ids = list(Notice.objects.order_by("pk").values_list("pk", flat=True))
        wanted = [ids[number]] if chance.random() < 0.7 else [ids[number], ids[number - 1]]
        begun = online.begin(
            notice_ids=wanted, return_to=lambda p: "https://council.example.org/", at=timezone.now()
        )
        if begun.next_url:
            press(begun.next_url, "pay" if chance.random() < 0.8 else "decline")
        online.refresh(payment_id=begun.payment.pk, at=timezone.now())

    return work


def press(address: str, choice: str) -> None:
    """Open the payment's page and press a button on it, as a browser does."""
    with urllib.request.urlopen(address) as page:
        where = page.url
    data = urllib.parse.urlencode({"choice": choice}).encode()
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        opener.open(where, data)
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def cash(number: int) -> Any:
    """The same notice is paid at the cash office."""

    def work() -> None:
        from django.utils import timezone

        from mainstay.service.accounts.models import User
        from mainstay.service.penalties.actions import paying
        from mainstay.service.penalties.models import Notice

        notice = Notice.objects.order_by("pk")[number]
        paying.record(
            notice_id=notice.pk, way="cash_office", pence=8000, on=timezone.localdate(), note="", at=timezone.now(),
            by=User.objects.get(email="manager@example.org"), key=f"cash-{number}",
        )  # fmt: skip

    return work


def finish() -> None:
    """Two hours later: whatever was begun is looked up, and money that goes back is sent."""
    from django.utils import timezone

    from mainstay.service.common.jobs.models import Job
    from mainstay.service.penalties.actions import online, refunds
    from mainstay.service.penalties.models import Payment

    ago = timezone.now() - timedelta(hours=2)
    Payment.objects.filter(state="begun").update(begun_at=ago)
    Job.objects.update(not_before=ago)
    for _ in range(3):
        worker()
        Job.objects.filter(state="waiting").update(not_before=ago)
        online.follow_up(on=timezone.localdate(), last=None)
        refunds.follow_up(on=timezone.localdate(), last=None)
        time.sleep(0.2)


def look() -> str:
    from django.db.models import Sum

    from mainstay.service.penalties.models import Allocation, Notice, Payment, Refund

    received = Payment.objects.filter(state="succeeded")
    discharged = Allocation.objects.filter(discharged=True)
    kept = sum(n.paid_pence or 0 for n in Notice.objects.filter(state="paid"))
    back = Refund.objects.exclude(state="dropped").aggregate(Sum("pence"))["pence__sum"] or 0
    return json.dumps({
        "online": {p.pay_id: p.pence for p in received.filter(way="online")},
        "begun": list(Payment.objects.filter(state="begun").values_list("pay_id", flat=True)),
        "received": received.aggregate(Sum("pence"))["pence__sum"] or 0,
        "kept": kept,
        "back": back,
        "refunded_by_card": Refund.objects.filter(state="done", payment__way="online").aggregate(Sum("pence"))["pence__sum"] or 0,
        "paid": Notice.objects.filter(state="paid").count(),
        "discharged": discharged.values("notice").distinct().count(),
        "discharging": discharged.count(),
    })  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
