"""What a visitor of the made-up city can open: parents' letters, and children whose notices stand differently."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from mainstay.service.common.ui.filters import money, short_date
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.settling import due

State = Notice.State


def letters(today: date, number: int = 3) -> Iterator[tuple[str, str]]:
    """What opens a parent's letter, and what it says: notices that can be paid, those with most time left first."""
    found = Notice.objects.filter(state=State.ISSUED, full_until__gte=today, allocations=None)
    rows = found.select_related("parent", "service").order_by("position", "-full_until", "pk")
    for notice in [*rows.filter(position="first")[: number - 1], *rows.filter(position="second")[:1]]:
        postcode = notice.service.address.splitlines()[-1] if notice.service else ""
        opens = f"number {notice.number}, surname {notice.parent.surname}, postcode {postcode}"
        which = "a second notice, " if notice.position == "second" else ""
        yield opens, f"{which}{money(due(notice, today))} today, until {short_date(notice.full_until)}"


def children(today: date) -> Iterator[tuple[str, str]]:
    """A child whose notice can be paid, one whose is unpaid, one for whom the law allows no third."""
    payable = Notice.objects.filter(
        state=State.ISSUED, position="first", reduced_until__gte=today, allocations=None
    )
    unpaid = Notice.objects.filter(state=State.UNPAID)
    third = (
        Notice.objects.filter(state=State.DRAFT).annotate(n=Count("parent__earlier_notices")).filter(n__gte=2)
    )
    for rows, words in (
        (payable.order_by("-full_until", "pk"), "can be paid now"),
        (unpaid.order_by("offence_from", "pk"), "is unpaid: prosecute or withdraw"),
        (third.order_by("pk"), "would be a third, and is refused"),
    ):
        notice = rows.select_related("pupil", "school").first()
        if notice is not None:
            yield (
                f"{notice.pupil.name}, {notice.school.name}",
                f"the notice {notice.number or ''} {words}".replace("  ", " "),
            )
