"""Children missing education: referral, enquiries, roll, search for a child, closure; and one intake for what schools notify."""

from django.apps import AppConfig


class MissingConfig(AppConfig):
    name = "mainstay.service.missing"
    label = "missing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.missing import offering_children, offering_notifications

        offering_children.register()
        offering_notifications.register()
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.common.council import offer_named
    from mainstay.service.missing import council
    from mainstay.service.missing.models import MissingValue

    offer_named(council.given, MissingValue)


def monitored() -> None:
    from mainstay.service.missing.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
