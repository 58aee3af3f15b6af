"""What a day costs, by financial year, unit and type of school; and the rate of each VAT code."""

from typing import Final

from django.conf import settings
from django.db import models


class SchoolType(models.TextChoices):
    MAINTAINED = "maintained", "Maintained school"
    ACADEMY = "academy", "Academy or free school"
    SPECIAL = "special", "Special school"
    INDEPENDENT = "independent", "Independent school"
    OTHER = "other", "Other setting"


class Unit(models.TextChoices):
    DAY = "day", "Day"
    HALF_DAY = "half_day", "Half-day"
    HOUR = "hour", "Hour"


class VatCode(models.TextChoices):
    OUTSIDE = "outside", "Outside the scope of VAT"
    STANDARD = "standard", "Standard rate"
    ZERO = "zero", "Zero rate"
    EXEMPT = "exempt", "Exempt"


class PriceQuerySet(models.QuerySet["Price"]):
    def of_year(self, year: int) -> "PriceQuerySet":
        return self.filter(year=year)


class Price(models.Model):
    """One price from a day on; of one year, unit and type the latest whose day has come counts. Never edited.

    pence None: the price is taken off, nothing is sold at it from then on.
    """

    year = models.PositiveSmallIntegerField()  # the financial year begins in it: 2024 is 2024-25
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.DAY)
    school_type = models.CharField(max_length=12, choices=SchoolType)
    pence = models.PositiveIntegerField(null=True)  # of one unit, without VAT
    vat_code = models.CharField(max_length=8, choices=VatCode)
    minimum = models.PositiveSmallIntegerField(default=2)  # least half-days an order may have
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "school_type", "unit", "-since", "-pk"]
        indexes = [models.Index(fields=["year", "school_type", "unit", "since"])]


class VatRate(models.Model):
    """The rate of one VAT code from a day on, in hundredths of a percent. Never edited."""

    vat_code = models.CharField(max_length=8, choices=VatCode)
    basis_points = models.PositiveIntegerField()  # 2000 is 20%
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["vat_code", "-since", "-pk"]


class TradedValue(models.Model):
    """One value of selling to schools from a day on (days to pay, notice of a cancellation…). Never edited."""

    name = models.CharField(max_length=60)
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]


#: what the agreement of 2024-25 says, until the council sets its own: a day, in pence, and the least half-days
AGREED_YEAR: Final = 2024
AGREED_DAY: Final = 36_800
AGREED_MINIMUM: Final = 2
#: proposed codes, to be confirmed with finance
USUAL_VAT: Final = {
    SchoolType.MAINTAINED: VatCode.OUTSIDE,
    SchoolType.SPECIAL: VatCode.OUTSIDE,
    SchoolType.ACADEMY: VatCode.STANDARD,
    SchoolType.INDEPENDENT: VatCode.STANDARD,
    SchoolType.OTHER: VatCode.STANDARD,
}
