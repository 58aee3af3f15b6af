"""The working forms of purchased services, each hung on a booking."""

from django.apps import AppConfig


class PurchasedConfig(AppConfig):
    name = "mainstay.service.purchased"
    label = "purchased"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.purchased import offering

        offering.register()
