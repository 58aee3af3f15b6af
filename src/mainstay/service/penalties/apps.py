from django.apps import AppConfig


class PenaltiesConfig(AppConfig):
    name = "mainstay.service.penalties"
    label = "penalties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.documents.announcements import service_changed
        from mainstay.service.penalties import (
            dates,
            events,
            going_before,
            money,
            offering_letters,
            offering_notices,
            offering_payments,
            offering_requests,
            offering_returns,
        )
        from mainstay.service.penalties.actions import paying

        service_changed.subscribe(dates.follow)
        service_changed.subscribe(paying.dates_moved)
        money.register()
        going_before.register()
        offering_letters.register()
        offering_notices.register()
        offering_payments.register()
        offering_requests.register()
        offering_returns.register()
        events.subscribe()
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.common.council import offer_named
    from mainstay.service.penalties import council
    from mainstay.service.penalties.models import CodeValue

    offer_named(council.given, CodeValue)


def monitored() -> None:
    from mainstay.service.penalties.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
