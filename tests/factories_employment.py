"""Applications and reports of child employment for tests, made by the actions themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.factories import PupilFactory, SecondaryFactory, UserFactory

from mainstay.service.directory.models import Pupil
from mainstay.service.employment.actions import applying, asking, deciding
from mainstay.service.employment.models import Approval, Chaperone, Licence, Permit, Report

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = AT.date()
BORN = date(2011, 5, 1)  # 15: a permit lasts until 25 June 2027


def officer() -> Any:
    return UserFactory(role="child_employment_officer")


def a_worker(**said: Any) -> Pupil:
    """A child of 15 on the roll of a secondary school."""
    return PupilFactory(**{"school": SecondaryFactory(), "date_of_birth": BORN, "year_group": "11", **said})


def permit_fields(**said: Any) -> dict[str, Any]:
    return {
        "child_name": "Ada Fenwick", "born_on": BORN, "child_address": "1 Invented Road, SO99 9ZZ",
        "child_school": "Invented Secondary", "parent_name": "Grace Fenwick", "parent_contact": "01632 960001",
        "parent_signed_on": TODAY, "employer": "Corner Bakery", "employer_contact": "Bo Baker",
        "employer_email": "baker@example.org", "employer_address": "2 Invented Road, SO99 9ZZ",
        "workplace": "2 Invented Road, SO99 9ZZ", "job": "Shop assistant", "duties": "Serves customers.",
        "offered_on": TODAY, "starts_on": date(2026, 12, 5), "school_week": [[5, 540, 720], [5, 780, 900]],
        "free_week": [[0, 540, 720]], "free_weeks": True, "insurer": "Invented Mutual", "risk_text": "Hot ovens: kept away.",
        **said,
    }  # fmt: skip


def licence_fields(**said: Any) -> dict[str, Any]:
    return {
        "child_name": "Ada Fenwick", "born_on": BORN, "child_address": "1 Invented Road, SO99 9ZZ",
        "child_school": "Invented Secondary", "parent_name": "Grace Fenwick", "parent_contact": "01632 960001",
        "parent_signed_on": TODAY, "producer": "Invented Stage", "producer_contact": "Pia Producer",
        "producer_address": "3 Invented Road", "production": "The Invented Nutcracker", "kind": "stage",
        "venue": "Invented Theatre", "child_part": "Dances in the ballet", "payment": True, "care": "parent",
        "carer": "Grace Fenwick", "fit": True,
        "days": [{"on": date(2026, 12, day), "arrives": 960, "leaves": 1290, "acting": 120} for day in (19, 20)], **said,
    }  # fmt: skip


def a_permit(pupil: Pupil | None = None, by: Any = None, at: datetime = AT, **said: Any) -> Permit:
    """Typed by the service; answered by the school where the child is known."""
    by = by or officer()
    one: Permit = applying.apply(
        kind="permit", said=permit_fields(**said), source="staff", by=by, at=at, pupil=pupil
    )
    if pupil is not None and pupil.school is not None:
        view = asking.ask(kind="permit", pk=one.pk, by=by, at=at)
        asking.answer(view_id=view.pk, answer="content", text="96% this year.", leave=None, by=by, at=at)
    return one


def a_licence(pupil: Pupil | None = None, by: Any = None, at: datetime = AT, **said: Any) -> Licence:
    by = by or officer()
    one: Licence = applying.apply(
        kind="licence", said=licence_fields(**said), source="staff", by=by, at=at, pupil=pupil
    )
    if pupil is not None and pupil.school is not None:
        view = asking.ask(kind="licence", pk=one.pk, by=by, at=at)
        asking.answer(view_id=view.pk, answer="content", text="Fine.", leave=True, by=by, at=at)
    return one


def granted(one: Any, kind: str, by: Any = None, at: datetime = AT) -> Any:
    return deciding.grant(
        kind=kind,
        pk=one.pk,
        reasons="All is there.",
        conditions=["Keep it at hand."],
        by=by or officer(),
        at=at,
    )


def an_approval(by: Any = None, at: datetime = AT, **said: Any) -> Approval:
    fields = {
        "organisation": "Invented Amateurs", "contact": "Al Amateur", "address": "4 Invented Road", "production": "Oliver",
        "venue": "Invented Hall", "first_on": date(2026, 12, 10), "last_on": date(2026, 12, 12), "children": 12,
        "chaperones": 1, "safeguarding": "Seen.", "unpaid": True, **said,
    }  # fmt: skip
    one: Approval = applying.apply(kind="approval", said=fields, source="staff", by=by or officer(), at=at)
    return one


def a_chaperone(by: Any = None, at: datetime = AT, **said: Any) -> Chaperone:
    fields = {
        "name": "Chris Chaperone", "born_on": date(1980, 1, 1), "address": "5 Invented Road", "lives_here": True,
        "first_referee": "A head", "second_referee": "A scout leader", "first_reference_on": TODAY - timedelta(days=9),
        "second_reference_on": TODAY - timedelta(days=8), "dbs_on": TODAY - timedelta(days=7),
        "interviewed_on": TODAY - timedelta(days=6), **said,
    }  # fmt: skip
    one: Chaperone = applying.apply(kind="chaperone", said=fields, source="staff", by=by or officer(), at=at)
    return one


def a_report(pupil: Pupil | None = None, by: Any = None, at: datetime | None = None, **said: Any) -> Report:
    fields = {
        "employer": "Night Car Wash", "premises": "6 Invented Road", "concern": "A child washes cars until ten at night.",
        "danger": False, "seen_on": TODAY, **said,
    }  # fmt: skip
    return applying.report(said=fields, source="officer" if by else "public", by=by, at=at or AT, pupil=pupil)
