"""What a day costs a school, and the rate of a VAT code, on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import School
from mainstay.service.traded import money
from mainstay.service.traded.models import Price, SchoolType, Unit, VatCode, VatRate
from mainstay.service.traded.models.prices import AGREED_DAY, AGREED_MINIMUM, AGREED_YEAR, USUAL_VAT

#: the standard rate where the council set none; finance confirms it
STANDARD: Final = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """The prices of one type of school in one year, as they stand on a day. set_: the council set it itself."""

    day: int
    half_day: int | None
    hour: int | None
    vat_code: str
    minimum: int  # half-days of an order
    set_: bool

    def cost(self, half_days: int) -> int:
        """Pence without VAT."""
        return money.cost(half_days, self.day, self.half_day)


def type_of(school: School) -> str:
    """The type by which a school is priced, from what the directory knows of it."""
    kind = fold(school.kind)
    if school.trust_id or "academy" in kind or "free school" in kind:
        return SchoolType.ACADEMY
    if "independent" in kind:
        return SchoolType.INDEPENDENT
    if school.phase == School.Phase.SPECIAL or "special" in kind:
        return SchoolType.SPECIAL
    return SchoolType.OTHER if school.phase == School.Phase.OTHER else SchoolType.MAINTAINED


def prices(year: int, on: date) -> dict[str, Found]:
    """Type -> its prices, in one query; a type without a price is left out."""
    rows: dict[tuple[str, str], Price] = {}
    for row in Price.objects.of_year(year).filter(since__lte=on).order_by("since", "pk"):
        rows[row.school_type, row.unit] = row
    found = {}
    for school_type in SchoolType.values:
        day = rows.get((school_type, Unit.DAY))
        if day is None and year == AGREED_YEAR:
            found[school_type] = Found(
                AGREED_DAY, None, None, USUAL_VAT[SchoolType(school_type)], AGREED_MINIMUM, False
            )
        elif day is not None and day.pence is not None:
            half, hour = (rows.get((school_type, unit)) for unit in (Unit.HALF_DAY, Unit.HOUR))
            found[school_type] = Found(
                day.pence,
                half.pence if half else None,
                hour.pence if hour else None,
                day.vat_code,
                day.minimum,
                True,
            )
    return found


def price(school_type: str, year: int, on: date) -> Found | None:
    """The prices of one type; None: nothing is sold to it in that year yet."""
    return prices(year, on).get(school_type)


def rates(on: date) -> dict[str, int]:
    """VAT code -> its rate in hundredths of a percent."""
    found = dict.fromkeys(VatCode.values, 0) | {VatCode.STANDARD.value: STANDARD}
    rows = (
        VatRate.objects.filter(since__lte=on).order_by("since", "pk").values_list("vat_code", "basis_points")
    )
    return found | dict(rows)
