"""Child employment and performance: permits, licences, chaperones, approvals, inspections, illegal employment."""

from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "mainstay.service.employment"
    label = "employment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.employment import offering

        offering.register()
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer_named
    from mainstay.service.employment import council
    from mainstay.service.employment.models import EmploymentValue

    offer_named(council.given, EmploymentValue)
