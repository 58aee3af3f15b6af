"""What a school has left: the sum of its lines, and beside it what is booked already."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum

from mainstay.service.directory.models import School
from mainstay.service.traded.models import Booking, LedgerEntry
from mainstay.service.traded.years import first_day, last_day


@dataclass(frozen=True, slots=True)
class Balance:
    """Half-days of one school in one financial year; each is nought or more.

    given_back: by a settled query; taken_back: with a credit note.
    """

    bought: int = 0
    delivered: int = 0
    charged: int = 0
    expired: int = 0
    given_back: int = 0
    taken_back: int = 0
    booked: int = 0

    @property
    def credited(self) -> int:
        """Given back less taken back, signed."""
        return self.given_back - self.taken_back

    @property
    def left(self) -> int:
        """Bought, and neither delivered, charged, expired nor credited."""
        return self.bought + self.credited - self.delivered - self.charged - self.expired

    @property
    def free(self) -> int:
        """What can still be booked."""
        return self.left - self.booked


def balance(school: School, year: int) -> Balance:
    """The account of one school in one financial year."""
    return balances([school.pk], year)[school.pk]


def balances(schools: Iterable[int] | None, year: int) -> dict[int, Balance]:
    """School id -> its account, in two queries; None: every school that has a line or a booking."""
    lines = LedgerEntry.objects.filter(year=year)
    booked = Booking.objects.open().filter(on__gte=first_day(year), on__lte=last_day(year))
    if schools is not None:
        schools = list(schools)
        lines, booked = lines.filter(school__in=schools), booked.filter(school__in=schools)
    said: dict[int, dict[str, int]] = defaultdict(dict)
    sums = (
        lines.order_by()
        .values_list("school_id", "kind")
        .annotate(
            came=Sum("half_days", filter=Q(half_days__gt=0), default=0),
            went=Sum("half_days", filter=Q(half_days__lt=0), default=0),
        )
    )
    for school, kind, came, went in sums:
        if kind == LedgerEntry.Kind.CREDITED:
            said[school] |= {"given_back": came, "taken_back": -went}
        else:
            said[school][kind] = came - went
    for school, half_days in booked.order_by().values_list("school_id").annotate(Sum("half_days")):
        said[school]["booked"] = half_days
    return {school: Balance(**said.get(school, {})) for school in (schools if schools is not None else said)}
