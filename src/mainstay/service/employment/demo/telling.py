"""The stories: each with a child of its own, each step on a day on which it could have been taken."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, SchoolPost
from mainstay.service.directory.relations import link_officer
from mainstay.service.employment.actions import applying, asking, deciding, handing, reporting

JOBS = (
    ("Corner Bakery", "Shop assistant", "Serves customers and fills shelves."),
    ("Harbour Café", "Clearing tables", "Clears tables and takes orders; no cooking."),
    ("Evening News Round", "Newspaper delivery", "Delivers papers on foot."),
    ("Green Thumb Nursery", "Garden help", "Waters and labels plants."),
    ("Riverside Stables", "Stable help", "Feeds and grooms ponies."),
    ("Old Town Books", "Shop assistant", "Sorts books and helps at the till."),
    ("Quay Chip Shop", "Counter help", "Serves at the counter."),
)


def tell(by: Any, school: Any, at: datetime, today: date) -> None:
    """A dozen and more rows; what an action refuses for one child is left out."""
    children = _children(school, today)
    stories = [
        *(_Permit(by, school, at, today, n) for n in range(len(JOBS))),
        *(_Licence(by, school, at, today, n) for n in range(5)),
        *(_Reported(by, school, at, today, n) for n in range(5)),
    ]
    for story, child in zip(stories, children, strict=False):
        _try(lambda story=story, child=child: story.tell(child))  # type: ignore[misc]
    _try(lambda: _bodies(by, at, today))
    _try(lambda: _chaperones(by, at, today))


def _try(story: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            story()
    except StepRefused:
        pass


def _children(school: Any, today: date) -> list[Pupil]:
    """Of 14 and 15, first of the school that somebody signs in for."""
    post = SchoolPost.objects.filter(user=school, school__isnull=False).order_by("pk").first()
    rows = Pupil.objects.filter(
        restricted=False, merged_into=None, school__isnull=False, date_of_birth__lt=today - timedelta(days=14 * 366),
        date_of_birth__gt=today - timedelta(days=int(15.6 * 365)),
    ).select_related("school").order_by("pk")  # fmt: skip
    own = list(rows.filter(school=post.school)[40:50]) if post else []
    return own + list(rows.exclude(school=post.school if post else None)[200:212])


class _Story:
    def __init__(self, by: Any, school: Any, at: datetime, today: date, n: int) -> None:
        self.by, self.school, self.at, self.today, self.n = by, school, at, today, n

    def ago(self, days: int) -> datetime:
        return self.at - timedelta(days=days)

    def _child(self, pupil: Pupil, days: int) -> dict[str, Any]:
        return {
            "child_name": pupil.name, "born_on": pupil.date_of_birth, "child_address": "Invented Road, Southampton",
            "child_school": pupil.school.name if pupil.school else "", "parent_name": f"Parent of {pupil.name}",
            "parent_contact": "01632 960123", "parent_signed_on": self.today - timedelta(days=days),
        }  # fmt: skip

    def _answered(self, kind: str, one: Any, days: int, answer: str, text: str) -> None:
        view = asking.ask(kind=kind, pk=one.pk, by=self.by, at=self.ago(days))
        if answer:
            asking.answer(
                view_id=view.pk, answer=answer, text=text, leave=True, by=self.by, at=self.ago(days - 1)
            )


class _Permit(_Story):
    def tell(self, pupil: Pupil) -> None:
        employer, job, duties = JOBS[self.n]
        hours = [[5, 540, 720], [5, 780, 900]] if self.n != 1 else [[0, 960, 1200], [6, 540, 780]]
        said = self._child(pupil, 30) | {
            "employer": employer, "employer_contact": "The manager", "employer_email": "",
            "employer_phone": "01632 960777", "employer_address": "High Street, Southampton",
            "workplace": "High Street, Southampton", "job": job, "duties": duties,
            "offered_on": self.today - timedelta(days=34), "starts_on": self.today + timedelta(days=14),
            "school_week": hours, "free_week": [[0, 600, 780]], "free_weeks": None if self.n == 1 else True,
            "insurer": "" if self.n == 1 else "Invented Mutual", "risk_text": "Hot drinks and knives: kept away from them.",
        }  # fmt: skip
        known = None if self.n == 0 else pupil
        source = "public" if self.n < 2 else "staff"
        one = applying.apply(
            kind="permit",
            said=said,
            source=source,
            by=self.by if known else None,
            at=self.ago(20),
            pupil=known,
        )
        if self.n in (0, 1):
            return
        self._answered(
            "permit",
            one,
            19,
            "" if self.n == 2 else "objects" if self.n == 4 else "content",
            "Attendance is known to us.",
        )
        if self.n == 2:
            return
        if self.n == 4:
            deciding.refuse(
                kind="permit",
                pk=one.pk,
                reasons="The school reports 71% and is against it.",
                by=self.by,
                at=self.ago(8),
            )
            return
        deciding.grant(
            kind="permit", pk=one.pk, reasons="Hours, work and safety are in order.",
            conditions=["The permit is kept at the place of work."], by=self.by, at=self.ago(8),
        )  # fmt: skip
        if self.n == 5:
            reporting.visit(
                kind="permit", pk=one.pk, on=self.today - timedelta(days=3), where="In the shop", met="The manager",
                checks_=[["The permit is there", "yes", ""], ["Breaks are given", "yes", ""]], outcome="right",
                text="The child was not at work.", by=self.by, at=self.ago(2),
            )  # fmt: skip
        if self.n == 6:
            deciding.revoke(
                kind="permit",
                pk=one.pk,
                reasons="Seen at work at nine in the evening, twice.",
                by=self.by,
                at=self.ago(1),
            )


class _Licence(_Story):
    def tell(self, pupil: Pupil) -> None:
        first = self.today + timedelta(days=(10 if self.n == 1 else 35))
        said = self._child(pupil, 12) | {
            "producer": ("Harbour Stage", "Lantern Films")[self.n % 2], "producer_contact": "The producer",
            "producer_email": "", "producer_address": "Dock Street, Southampton",
            "production": ("The Winter Ballet", "Harbour Nights")[self.n % 2], "kind": ("stage", "screen")[self.n % 2],
            "venue": "Invented Theatre, Southampton", "child_part": "A small part", "payment": self.n != 4, "care": "parent",
            "carer": f"Parent of {pupil.name}", "fit": True, "earnings": None if self.n == 4 else 12000,
            "days": [{"on": first + timedelta(days=d), "arrives": 960, "leaves": 1260, "acting": 120} for d in range(2)],
        }  # fmt: skip
        one = applying.apply(
            kind="licence", said=said, source="staff", by=self.by, at=self.ago(9), pupil=pupil
        )
        if self.n in (0, 1):
            return
        self._answered("licence", one, 8, "content", "Good attendance.")
        if self.n == 2:
            deciding.grant(
                kind="licence",
                pk=one.pk,
                reasons="All is there.",
                conditions=["Records are kept."],
                by=self.by,
                at=self.ago(3),
            )
        if self.n == 3:
            deciding.refuse(
                kind="licence",
                pk=one.pk,
                reasons="The producer could not say who is there.",
                by=self.by,
                at=self.ago(3),
            )


class _Reported(_Story):
    def tell(self, pupil: Pupil) -> None:
        said = {
            "employer": ("Night Car Wash", "Market Stall 12", "Dockside Takeaway", "Fair on the Common", "Bright Nails")[self.n],
            "premises": "Southampton", "job": "Not known", "hours": "Late in the evening",
            "concern": "A child is at work late, on school nights.", "danger": self.n == 0, "child": "A boy of about 13",
            "seen_on": self.today - timedelta(days=12),
        }  # fmt: skip
        at = self.ago(0 if self.n == 0 else 10)
        known = pupil if self.n > 1 else None
        one = applying.report(
            said=said,
            source="public" if known is None else "officer",
            by=self.by if known else None,
            at=at,
            pupil=known,
        )
        if self.n < 2:
            return
        reporting.triage(
            pk=one.pk,
            risk="none",
            told_whom="",
            reasons="Family business; the child is well.",
            by=self.by,
            at=self.ago(9),
        )
        if self.n == 2:
            return
        reporting.visit(
            kind="report", pk=one.pk, on=self.today - timedelta(days=7), where="At the premises", met="The owner",
            checks_=[["The permit is there", "no", ""]], outcome="advice", text="The owner did not know of permits.",
            by=self.by, at=self.ago(7),
        )  # fmt: skip
        if self.n == 3:
            officer = link_officer(pupil.school_id, self.today) if pupil.school_id else None
            if officer is not None:
                handing.refer(
                    pupil=pupil,
                    officer=officer,
                    text="Tired at school: please look at attendance.",
                    by=self.by,
                    at=self.ago(5),
                )
            return
        reporting.close(
            pk=one.pk, outcome="prosecution", reasons="Warned before, and again without a permit.",
            offence_from=self.today - timedelta(days=12), offence_to=self.today - timedelta(days=12), by=self.by, at=self.ago(4),
        )  # fmt: skip
        reporting.told(
            pk=one.pk,
            whom="referrer",
            what="By telephone.",
            on=self.today - timedelta(days=3),
            by=self.by,
            at=self.ago(3),
        )


def _bodies(by: Any, at: datetime, today: date) -> None:
    for n, name in enumerate(("Southside Youth Theatre", "The Common Players")):
        said = {
            "organisation": name, "contact": "The secretary", "phone": "01632 960444", "address": "Hill Lane, Southampton",
            "production": "Oliver" if n else "The Snow Queen", "venue": "Invented Hall", "first_on": today + timedelta(days=20),
            "last_on": today + timedelta(days=23), "children": 20, "chaperones": 2, "safeguarding": "Policy seen.", "unpaid": True,
        }  # fmt: skip
        one = applying.apply(kind="approval", said=said, source="staff", by=by, at=at - timedelta(days=6))
        if n == 0:
            deciding.grant(
                kind="approval",
                pk=one.pk,
                reasons="All is there.",
                conditions=["Nobody is paid."],
                by=by,
                at=at,
            )


def _chaperones(by: Any, at: datetime, today: date) -> None:
    for n, name in enumerate(("Marta Lindqvist", "Joan Peverell", "Idris Okafor")):
        long_ago = timedelta(days=3 * 365 - 40 if n == 1 else 60)
        seen = today - long_ago
        said = {
            "name": name, "born_on": date(1979, 4, 2), "phone": "01632 960555", "address": "Shirley, Southampton", "lives_here": True,
            "first_referee": "A head teacher", "second_referee": "A scout leader", "first_reference_on": seen,
            "second_reference_on": seen if n < 2 else None, "dbs_on": seen if n < 2 else None,
            "interviewed_on": seen if n < 2 else None,
        }  # fmt: skip
        one = applying.apply(kind="chaperone", said=said, source="staff", by=by, at=at - long_ago)
        if n == 2:
            continue
        deciding.grant(kind="chaperone", pk=one.pk, reasons="References, check and interview are in order.",
                       conditions=["Tells us of each production."], by=by, at=at - long_ago)  # fmt: skip
        if n == 0:
            handing.engage(
                pk=one.pk, production="The Winter Ballet", venue="Invented Theatre", first_on=today + timedelta(days=35),
                last_on=today + timedelta(days=36), children=10, noticed_on=today, by=by, at=at,
            )  # fmt: skip
