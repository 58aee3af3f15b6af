"""The working forms of purchased services, each hung on a booking."""

from django.apps import AppConfig


class PurchasedConfig(AppConfig):
    name = "mainstay.service.purchased"
    label = "purchased"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.purchased import offering

        offering.register()
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.common.council import offer, offer_named
    from mainstay.service.purchased import council
    from mainstay.service.purchased.models import PurchasedValue, Version

    offer_named(council.given, PurchasedValue)
    offer(council.library, Version)


def monitored() -> None:
    from mainstay.service.purchased.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
