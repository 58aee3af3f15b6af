"""Once school and council signed a deletion: the school is told, and its deletion return is due from that day."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from mainstay.service.accounts.queries import holding
from mainstay.service.common.outbox import post
from mainstay.service.directory.models import Dated, Enrolment, SchoolPost
from mainstay.service.missing.models import DueReturn, MissingChild, RollDecision
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.team.telling import school_addresses

_DELETE = RollDecision.Outcome.DELETE


def agreed(one: MissingChild) -> RollDecision | None:
    """The deletion that both signed since the search was last opened; looks at rows loaded with the child."""
    again = max((each.undone_at for each in one.closures.all() if each.undone_at), default=None)
    rows = [row for row in one.roll_decisions.all() if row.outcome == _DELETE and row.decided_at]
    return next((row for row in rows if again is None or row.decided_at > again), None)  # type: ignore[operator]


def latest(pupil_id: int | None, school_id: int, ground: str = "") -> RollDecision | None:
    """The last deletion that both signed for a child of that school, on that ground where one is named."""
    rows = RollDecision.objects.filter(pupil=pupil_id, school=school_id, outcome=_DELETE)
    return (rows.filter(ground=ground) if ground else rows).order_by("-decided_at").first()


def of_return(due: DueReturn) -> RollDecision | None:
    """The signed deletion that a return is due for; None where a roll called for it."""
    if due.kind != Kind.LEAVER or due.enrolment_id is not None:
        return None
    row = latest(due.pupil_id, due.school_id)
    return row if row is not None and row.earliest_on == due.on else None


def tell(row: RollDecision, at: datetime) -> None:
    """The return is due, and those of the school who make returns hear by e-mail that it is; nobody is named."""
    one = _due(row)
    DueReturn.objects.get_or_create(
        kind=one.kind,
        school_id=one.school_id,
        pupil_id=one.pupil_id,
        on=one.on,
        defaults={"due_on": one.due_on, "found_at": at},
    )
    for address in _addresses(row.school_id, at):
        post.queue(
            to=address, subject="A joint decision on your roll is signed by both", at=at, about=row,
            body="Both sides signed, and the deletion return is due. Nobody is named here: sign in, open Returns and make "
            "it there. The name is not deleted from before the day of the last signature.",
        )  # fmt: skip


def wanted(since: date, on: date) -> list[DueReturn]:
    """Returns due by signatures of these days, while the name is still on the roll; after that the roll calls for it."""
    still = Enrolment.objects.on(on).filter(pupil=OuterRef("pupil"), school=OuterRef("school"))
    rows = RollDecision.objects.filter(Exists(still), outcome=_DELETE, decided_at__date__range=(since, on))
    return [_due(row) for row in rows]


def _due(row: RollDecision) -> DueReturn:
    on = row.earliest_on
    assert on is not None  # both signed
    return DueReturn(kind=Kind.LEAVER, school_id=row.school_id, pupil_id=row.pupil_id, on=on, due_on=on)


def _addresses(school_id: int, at: datetime) -> list[str]:
    today = timezone.localdate(at)
    posts = SchoolPost.objects.filter(Dated.on(today), school=school_id)
    people = holding("notify_roll", today).filter(pk__in=posts.values("user_id"))
    return list(people.values_list("email", flat=True)) or school_addresses(school_id, at)
