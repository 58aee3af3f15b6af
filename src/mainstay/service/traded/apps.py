"""What schools buy: price list, orders, ledger of days, bookings, invoices, the end of the year."""

from django.apps import AppConfig


class TradedConfig(AppConfig):
    name = "mainstay.service.traded"
    label = "traded"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.traded import offering, offering_bookings

        offering.register()
        offering_bookings.register()
