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
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.common.council import offer, offer_named
    from mainstay.service.traded import council
    from mainstay.service.traded.models import MenuChange, Price, TradedValue, VatRate

    offer_named(council.given, TradedValue)
    offer(council.prices, Price)
    offer(council.rates, VatRate)
    offer(council.menu, MenuChange)


def monitored() -> None:
    from mainstay.service.team.providers import monitored
    from mainstay.service.traded.monitored import measures

    monitored.register(measures)
