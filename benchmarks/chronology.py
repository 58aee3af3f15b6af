"""Many entries in the made-up city's chronologies at once, for measuring pages and the search: written past the actions.

Half of them are spread over the city's own children, half lie with a hundred of them; every second holds a word that is
searched for (``COMMON``), one in five hundred another (``RARE``).
"""

from datetime import timedelta

COMMON, RARE = "attendance", "grandmother"
STEP = 5000
FEW = 100
KINDS = ("note", "call", "visit", "meeting", "letter", "finding")
AUDIENCES = ("service", "school", "service", "family_safe")


def fill(number: int) -> None:
    """So many entries more, over two years."""
    from django.db import transaction
    from django.utils import timezone

    from mainstay.service.accounts.models import User
    from mainstay.service.directory.models import Pupil
    from mainstay.service.record.models import Entry

    pupils = list(Pupil.objects.filter(school__isnull=False).order_by("pk").values_list("pk", flat=True))
    by, now = User.objects.get(email="officer@example.org"), timezone.now()
    with transaction.atomic():
        for first in range(0, number, STEP):
            Entry.objects.bulk_create(
                Entry(
                    pupil_id=pupils[n % len(pupils) if n % 2 else (n // 2) % min(FEW, len(pupils))], by=by,
                    at=now - timedelta(minutes=5 * n), written_at=now - timedelta(minutes=5 * n), kind=KINDS[n % len(KINDS)],
                    title=f"Invented entry {n}", text=_text(n), audience=AUDIENCES[n % len(AUDIENCES)],
                )
                for n in range(first, min(first + STEP, number))
            )  # fmt: skip


def _text(n: int) -> str:
    said = ["The family was asked how the mornings go, and what would help."]
    if n % 2:
        said.append(f"We spoke about {COMMON} and the plan of the week.")
    if not n % 500:
        said.append(f"The {RARE} takes them to school.")
    return " ".join(said)
