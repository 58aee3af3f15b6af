"""Orders and prosecutions in the made-up city: on every part of their road, and work for everybody who signs in."""

from datetime import timedelta

from tests.integration.roof.made_up_casework import blocks, states
from tests.made_up import NOW, UNTIL

from mainstay.service.common.jobs import daily
from mainstay.service.common.uploads import store
from mainstay.service.court import values
from mainstay.service.court.models import (
    Bundle,
    Certificate,
    Court,
    Disclosure,
    Hearing,
    Prosecution,
    Result,
    Sentence,
    WitnessStatement,
)
from mainstay.service.documents import manifest
from mainstay.service.orders.models import (
    AttendanceOrder,
    Breach,
    Extension,
    PersistentFailure,
    SupervisionOrder,
)
from mainstay.service.record.models import Deadline


def check() -> None:
    _orders()
    _prosecutions()
    _evidence()
    _results()
    _first_pages()
    _stands_as_days_go_by()


def _orders() -> None:
    assert states(SupervisionOrder) == {"consulting": 1, "planning": 1, "in_force": 3}
    assert states(Extension, "outcome") == {"granted": 1}
    assert Breach.objects.count() == 3 and PersistentFailure.objects.count() == 1
    assert states(AttendanceOrder) == {"notice": 1, "expediency": 1, "served": 2}
    other = AttendanceOrder.objects.exclude(enrolled_on=None).get()
    assert other.amendments.get().school == other.school
    due = Deadline.objects.open().filter(about_kind="orders.supervisionorder", rule="eso-progress-report")
    assert due.count() == 3 and all(one.last_day > UNTIL for one in due)


def _prosecutions() -> None:
    found = states(Prosecution)
    assert set(found) == set(Prosecution.State.values) - {"summons"}  # the city's charges need none
    assert set(states(Prosecution, "offence")) == set(Prosecution.Offence.values)
    stopped = Prosecution.objects.filter(state="stopped").order_by("stopped_because")
    assert [one.stopped_because for one in stopped] == ["discontinued", "improved", "out_of_time", "refused"]
    assert Prosecution.objects.filter(notice__isnull=False, state="proposed").count() == 1
    assert Prosecution.objects.get(state="single_justice").reply_by > UNTIL
    coming = Hearing.objects.filter(outcome="").select_related("sitting")
    assert sorted((one.sitting.starts - NOW).days for one in coming) == [0, 6, 6]
    assert states(Hearing, "outcome")["adjourned"] == 1
    assert all("invented" in court.name for court in Court.objects.all())
    assert values.in_force(UNTIL).keys() == values.VALUES.keys() and values.hourly_rate(UNTIL)


def _evidence() -> None:
    assert Certificate.objects.filter(signed_at=None).count() == 2
    assert WitnessStatement.objects.filter(signed_at=None).count() == 2
    issued = Bundle.objects.get(state="issued")
    assert issued.document is not None and manifest.verify(store.read(issued.document.file)).holds
    assert issued.manifest["certificates"] and issued.items.filter(kind="costs").exists()
    assert Bundle.objects.filter(state="draft").count() >= 3
    assert Disclosure.objects.exclude(reviewed_at=None).count() == 1
    assert Disclosure.objects.exclude(served_on=None).count() == 1


def _results() -> None:
    verdicts = {one.verdict: one for one in Result.objects.all()}
    assert set(verdicts) == {"convicted", "lesser", "acquitted", "discontinued"}
    assert verdicts["acquitted"].told_school_at is None and verdicts["convicted"].letter is not None
    assert states(Sentence, "kind") == {"fine": 2, "parenting_order": 1}


def _first_pages() -> None:
    for name, wanted in {
        "legal": ("Limitation clocks", "Results to report"),
        "manager": ("Prosecutions to authorise",),
        "principal": ("To sign for court",),
        "head": ("To sign for court",),
    }.items():
        shown = blocks(name)
        assert all(shown.get(title) for title in wanted), (name, shown)


def _stands_as_days_go_by() -> None:
    """What is looked at once a day finds nothing that should have been over already."""
    before = {model: states(model) for model in (Prosecution, SupervisionOrder, AttendanceOrder)}
    for days in range(4):
        for name, task in daily._tasks.items():
            if name.startswith(("court.", "orders.")):
                task(on=NOW.date() + timedelta(days=days), last=None)
    assert {model: states(model) for model in before} == before
