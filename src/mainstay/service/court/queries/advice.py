"""Legal advice as pages show it: the conversation of a case, the list without its content, what waits for whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.queries.screen import Row
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.ui.filters import date_time, plural, short_date
from mainstay.service.court.models import Advice, Hearing, Instruction, Prosecution
from mainstay.service.court.models.advice import instructed_in
from mainstay.service.court.queries.prosecutions import clock
from mainstay.service.court.steps import BEFORE
from mainstay.service.record.models import Deadline

Side = Advice.Side
HEADER: Final = ("Case", "Child", "When", "What", "By", "Asked of", "Answered", "Last day", "With a file")
KINDS: Final = {
    "question": ("Question", "yellow"), "answer": ("Answer", "green"), "opinion": ("Opinion on the code test", "purple"),
    "message": ("Message", "grey"),
}  # fmt: skip


def kind_of(one: Advice) -> str:
    if one.asks_of:
        return "question"
    if one.answers_id is not None:
        return "answer"
    return "opinion" if one.opinion else "message"


def asked_of(user: Any) -> Any:
    """Questions that wait for this person, the oldest first."""
    sides = Q(asks_of=Side.OFFICER, case__owner=user.pk)
    sides |= Q(asks_of=Side.SOLICITOR, case__in=instructed_in(user))
    if user.may("prosecute"):
        sides |= Q(asks_of=Side.LEGAL)
    return _with_last_day(Advice.objects.visible_to(user).waiting().filter(sides).exclude(by=user.pk))


def _with_last_day(found: QuerySet[Advice]) -> Any:
    """``last_day``: of the question's deadline, also for whoever has no list of deadlines; ``answered``: a day or None."""
    about = Deadline.objects.filter(about_kind=Advice._meta.label_lower, about_id=Cast(OuterRef("pk"), Deadline._meta.get_field("about_id")))  # fmt: skip
    answers = Advice.objects.filter(answers=OuterRef("pk")).order_by("at", "pk")
    return found.annotate(
        last_day=Subquery(about.values("last_day")[:1], output_field=DateField()),
        answered=Subquery(answers.values("at")[:1]),
    )


def question_rows(user: Any, today: date, many: int) -> tuple[list[Row], bool]:
    """For the first page: without a word of what is asked."""
    found = list(asked_of(user).select_related("case__pupil", "by")[:many])
    rows = [
        Row(
            f"{one.case.number}, {child(one.case)}", reverse("advice_answer", args=[one.pk]), f"asked by {one.by.name}",
            *_due(one, today),
        )
        for one in found
    ]  # fmt: skip
    return rows, any(one.last_day and one.last_day < today for one in found)


def _due(one: Any, today: date) -> tuple[str, str]:
    if one.last_day is None:
        return "", ""
    return ("overdue", "red") if one.last_day < today else (f"by {short_date(one.last_day)}", "yellow")


def instructed_rows(user: Any, today: date) -> list[Row]:
    """For a solicitor's first page: each case with its questions, next hearing and nearest limit; three queries."""
    cases = list(Case.objects.filter(pk__in=instructed_in(user)).select_related("pupil").order_by("pk"))
    waiting = dict(
        asked_of(user).order_by().values_list("case").annotate(n=Count("pk")).values_list("case", "n")
    )
    seen = Prosecution.objects.visible_to(user).open().order_by("safe_date", "pk")
    limits: dict[int, Prosecution] = {}
    for one in seen:
        if one.state in BEFORE:
            limits.setdefault(one.case_id, one)
    hearings = next_hearings(user, today)
    rows = []
    for case in cases:
        said = []
        if (hearing := hearings.get(case.pk)) is not None:
            said.append(f"hearing {date_time(hearing.sitting.starts)}, {hearing.sitting.court.name}")
        tag, colour = "", ""
        if (limit := limits.get(case.pk)) is not None:
            said.append(
                f"charge by {short_date(limit.safe_date)}, at the latest {short_date(limit.outer_date)}"
            )
            tag, colour = clock(limit, today)
        if n := waiting.get(case.pk):
            tag, colour = f"{plural(n, 'question')} for you", "yellow"
        rows.append(
            Row(
                f"{case.number}, {child(case)}",
                reverse("advice", args=[case.pk]),
                "; ".join(said),
                tag,
                colour,
            )
        )
    return rows


def next_hearings(user: Any, today: date) -> dict[int, Hearing]:
    """The next hearing of each case in view, by the case's key."""
    found = Hearing.objects.visible_to(user).filter(outcome="", sitting__starts__date__gte=today)
    rows: dict[int, Hearing] = {}
    for one in found.select_related("sitting__court", "prosecution").order_by("sitting__starts", "pk"):
        rows.setdefault(one.prosecution.case_id, one)
    return rows


def conversation(case: Case) -> list[dict[str, Any]]:
    """Every message, the first first; what can be done with each."""
    found = _with_last_day(Advice.objects.filter(case=case)).select_related(
        "by", "answers__by", "file", "prosecution__parent"
    )
    return [
        {
            "one": one,
            "kind": KINDS[kind_of(one)],
            "waits": bool(one.asks_of) and one.answered is None,
            "last_day": one.last_day,
        }
        for one in found.order_by("at", "pk")
    ]


def instructions(case: Case) -> list[Instruction]:
    return list(Instruction.objects.filter(case=case).select_related("solicitor", "by", "ended_by"))


def filtered(user: Any, wanted: Mapping[str, Any]) -> Any:
    found = Advice.objects.visible_to(user)
    if wanted["show"] == "waiting":
        found = found.waiting()
    elif wanted["show"] == "mine":
        found = asked_of(user)
    elif wanted["show"] == "question":
        found = found.exclude(asks_of="")
    elif wanted["show"] == "opinion":
        found = found.exclude(opinion="")
    if wanted["solicitor"]:
        running = Instruction.objects.filter(
            case=OuterRef("case"), solicitor=wanted["solicitor"], ended_at=None
        )
        found = found.filter(Exists(running))
    return _with_last_day(found).select_related("case__pupil", "by")


def rows(found: Iterable[Any], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": f"{reverse('advice', args=[one.case_id])}#m{one.pk}",
            "label": f"{one.case.number}, {child(one.case)}, {date_time(one.at)}",
            "case": one.case.number,
            "child": child(one.case),
            "at": one.at,
            "what": KINDS[kind_of(one)],
            "by": one.by.name,
            "of": one.get_asks_of_display() or "–",
            "state": _state(one, today),
        }
        for one in found
    ]


def _state(one: Any, today: date) -> tuple[str, str]:
    if not one.asks_of:
        return "", ""
    if one.answered is not None:
        return f"answered {short_date(timezone.localdate(one.answered))}", "green"
    return _due(one, today) if one.last_day else ("waits", "yellow")


def for_export(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file: who wrote when and to whom, never what."""
    for one in found:
        yield (
            one.case.number, child(one.case), one.at, KINDS[kind_of(one)][0], one.by.name, one.get_asks_of_display(),
            one.answered, one.last_day if one.asks_of else None, "yes" if one.file_id else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Of one conversation, for a line on other pages."""

    many: int
    waiting: int
    opinions: dict[int, Advice]  # the last one, by the key of the prosecution


def of_case(case_id: int) -> Said:
    """One query: a conversation is short."""
    found = list(Advice.objects.filter(case=case_id).defer("text").select_related("by").order_by("at", "pk"))
    answered = {one.answers_id for one in found}
    waiting = [one for one in found if one.asks_of and one.pk not in answered]
    opinions = {one.prosecution_id: one for one in found if one.opinion and one.prosecution_id is not None}
    return Said(len(found), len(waiting), opinions)


def opinion_on(one: Prosecution) -> Advice | None:
    return (
        Advice.objects.filter(prosecution=one)
        .exclude(opinion="")
        .select_related("by")
        .order_by("-at", "-pk")
        .first()
    )


def limits(case: Case, user: Any, today: date) -> list[tuple[Prosecution, tuple[str, str]]]:
    """The prosecutions of the case with the limit of each."""
    found = Prosecution.objects.visible_to(user).filter(case=case).select_related("parent")
    return [(one, clock(one, today)) for one in found]
