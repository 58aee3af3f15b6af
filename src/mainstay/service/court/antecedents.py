"""What a court may be told of a defendant: convictions that stand and are not spent, notices, orders in force.

For the court and the defendant: the child is an initial, and no advice and no other parent stands in it.
"""

from datetime import date
from typing import Any

from django.conf import settings

from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import sentencing
from mainstay.service.court.models import Prosecution, Result
from mainstay.service.documents import rendering
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties.models import Notice


def paper(one: Prosecution, user: Any, today: date) -> bytes:
    """As a tagged PDF, made anew each time."""
    return rendering.render("paper", values(one, user, today))


def values(one: Prosecution, user: Any, today: date) -> dict[str, Any]:
    parent = one.parent
    facts = [
        ("Defendant", parent.name), ("Date of birth", long_date(parent.date_of_birth) if parent.date_of_birth else "Not known"),
        ("Prosecution", one.number), ("As known on", long_date(today)),
    ]  # fmt: skip
    return {
        "title": f"Antecedents {one.number}",
        "mark": "",
        "facts": [list(pair) for pair in facts],
        "parts": [
            _part("Earlier convictions", "Those recorded by this council that are neither void nor spent.", convictions(one, today)),
            _part("Penalty notices paid", "A penalty notice that was paid is not a conviction.", notices(one, user)),
            _part("Orders in force", "", orders(one, today)),
        ],
        "footer": f"{settings.CONFIG.council_name}. {one.number}",
    }  # fmt: skip


def _part(label: str, text: str, items: list[str]) -> dict[str, Any]:
    return {"label": label, "text": text if items else f"{text}\n\nNone.".strip(), "items": items}


def convictions(one: Prosecution, today: date) -> list[str]:
    found = (
        Result.objects.convictions()
        .unspent(today)
        .filter(prosecution__parent=one.parent_id)
        .exclude(prosecution=one)
        .prefetch_related("sentences")
        .order_by("on", "pk")
    )
    return [
        f"{long_date(result.on)}, {result.get_offence_display()}: "
        + "; ".join(sentencing.in_words(part) for part in result.sentences.all())
        for result in found
    ]


def notices(one: Prosecution, user: Any) -> list[str]:
    """Of this parent, as far as this person may see them."""
    found = Notice.objects.visible_to(user).filter(parent=one.parent_id, state=Notice.State.PAID)
    return [
        f"{notice.number}, issued {long_date(notice.issued_on)}"
        for notice in found.order_by("issued_on", "pk")
    ]


def orders(one: Prosecution, today: date) -> list[str]:
    """About this child, and parenting orders of this parent."""
    said = [
        f"Education supervision order, made {long_date(order.made_on)}, to {long_date(order.ends_on)}"
        for order in SupervisionOrder.objects.in_force().filter(
            case__pupil=one.case.pupil_id, ends_on__gte=today
        )
    ]
    served = AttendanceOrder.objects.filter(pupil=one.case.pupil_id, state=AttendanceOrder.State.SERVED)
    said += [f"School attendance order, served {long_date(order.served_on)}" for order in served]
    results = Result.objects.convictions().filter(prosecution__parent=one.parent_id)
    said += [
        f"{sentencing.in_words(part)}"
        for result in results.prefetch_related("sentences")
        for part in result.sentences.all()
        if part.kind == sentencing.Kind.PARENTING and part.ends_on and part.ends_on >= today
    ]
    return said
