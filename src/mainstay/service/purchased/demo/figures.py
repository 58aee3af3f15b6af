"""Figures of groups, impact, counts at the gate, a policy, documents given, a transition, training."""

from datetime import timedelta

from mainstay.service.directory.models import School
from mainstay.service.purchased.actions import figures, giving, moving, training, writing
from mainstay.service.purchased.demo.cast import Cast

LETTERS = (
    ("First letter about absence", "letter", "Dear parent or carer,\n\nYour child has missed some of the last weeks of school. We would like to help. Please call us, or come in on any morning.\n\nIf your child was ill, tell us what would help them to come back."),
    ("What we do on the first day of absence", "procedure", "By 9:15am the office compares registers with messages.\n\nBy 10am each family without a message is called, every number in turn.\n\nWhere nobody answers and the child is vulnerable, the safeguarding lead decides whether somebody visits."),
)  # fmt: skip


def tell(cast: Cast) -> None:
    for story in (_analysis, _impact, _gate, _policy, _library, _moves, _course, _assembly):
        cast.attempt(story)


def _analysis(cast: Cast) -> None:
    work = cast.work("group_analysis", "Groups and codes, autumn term")
    first = cast.today - timedelta(weeks=10)
    figures.analyse(
        work_id=work.pk, first=first, last=cast.today - timedelta(days=1), by=work.owner, at=cast.at
    )
    cast.write(work, done="Went through the figures with the leadership.", question="Whom do we miss?")
    cast.take(work, "share")


def _impact(cast: Cast) -> None:
    work = cast.work("impact_evaluation", "What casework changed")
    first = cast.today - timedelta(days=365)
    figures.evaluate(work_id=work.pk, first=first, last=cast.today, by=work.owner, at=cast.at)
    cast.take(cast.write(work, done="Read the figures with the head."), "share")


def _gate(cast: Cast) -> None:
    work = cast.work("gate", "SAM on the gate")
    years = ["1", "2"] if work.school.phase == School.Phase.PRIMARY else ["7", "8", "9"]
    rows = [
        {"at": at, "year": year, "n": max(0, 9 - 3 * n - k)}
        for n, at in enumerate(("08:40", "08:50", "09:00"))
        for k, year in enumerate(years)
    ]
    figures.count(work_id=work.pk, counts=rows, by=work.owner, at=cast.at)
    cast.write(
        work,
        done="Stood at the gate with the senior leader.",
        outcome="The late gate moves to the office.",
        gate="Main gate",
    )
    cast.take(work, "share", "finish")


def _policy(cast: Cast) -> None:
    work = cast.work("policy_review", "Attendance policy")
    lines = figures.checklist_of(work)
    said = [
        ("partly", "Say who reviews them, and how often.") if n == 5 else ("yes", "")
        for n in range(len(lines))
    ]
    figures.review_policy(work_id=work.pk, answers=said, by=work.owner, at=cast.at)
    cast.write(
        work,
        done="Read the policy with the attendance lead.",
        policy="Attendance policy, September",
        outcome="One change.",
    )
    cast.take(work, "share", "finish")


def _library(cast: Cast) -> None:
    versions = [
        giving.write_version(
            template_id=None, title=title, kind=kind, text=text, because="First version.", since=cast.today,
            by=cast.users["manager"], at=cast.at,
        )
        for title, kind, text in LETTERS
    ]  # fmt: skip

    def given(_: Cast) -> None:
        work = cast.work("consistent_approaches", "The same letters in every year group")
        giving.give(work_id=work.pk, version_id=versions[0].pk, by=work.owner, at=cast.at)
        cast.take(cast.write(work, done="Compared the school’s letters with ours."), "share")

    cast.attempt(given)


def _moves(cast: Cast) -> None:
    work = cast.work("transition", "Moving on in summer", 2)
    to = School.objects.exclude(pk=work.school_id).order_by("pk").first()
    assert to is not None
    note = "Comes well on most days. A quiet place at break helps."
    lines = [
        moving.put(
            work_id=work.pk, pupil_id=pk, to_school=to, starts_on=None, phased="Mornings only in the first week.", note=note,
            by=work.owner, at=cast.at,
        )
        for pk in work.pupils.values_list("pk", flat=True)
    ]  # fmt: skip
    cast.take(cast.write(work, done="Agreed with the head of year who needs more."), "share")
    if staff := cast.staff(work.school):
        moving.agree_leaving(line_id=lines[0].pk, by=staff, at=cast.at)


def _course(cast: Cast) -> None:
    manager = cast.users["manager"]
    school = School.objects.filter(pk__in=cast.own).order_by("pk").first()
    assert school is not None
    for ahead, title, service in (
        (21, "Codes of the register", "training"),
        (-14, "Safeguarding and absence", "safeguarding_training"),
    ):
        work = writing.open_course(
            service=service, school=school, title=title, on=cast.today + timedelta(days=max(ahead, 0)), by=manager, at=cast.at
        )  # fmt: skip
        cast.write(
            work, minutes=0, done="", starts="9:30am, two hours", where="Civic Centre, room 3", capacity=20, everybody=True,
            programme="For new attendance leads and governors.", signpost="The service’s pages for schools.",
        )  # fmt: skip
        cast.take(work, "share")
        if staff := cast.staff(school):
            said = {"name": "A made-up governor", "post": "Governor", "by": staff, "at": cast.at}
            training.book(work_id=work.pk, school=school, **said)
        if ahead < 0:
            training.attended(
                work_id=work.pk, there=list(work.places.values_list("pk", flat=True)), by=manager, at=cast.at
            )


def _assembly(cast: Cast) -> None:
    work = cast.work("sam_assembly", "SAM comes to assembly")
    cast.write(
        work, done="Two assemblies.", years="1 to 6", pupils=310, staff=14, outcome="A poster competition follows.",
        feedback="They liked SAM; the younger ones most.",
    )  # fmt: skip
    cast.take(work, "share", "finish")
