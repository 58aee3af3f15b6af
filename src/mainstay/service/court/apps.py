from django.apps import AppConfig


class CourtConfig(AppConfig):
    name = "mainstay.service.court"
    label = "court"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.common.audit.proving import kept
        from mainstay.service.court import (
            offering_advice,
            offering_bundles,
            offering_hearings,
            offering_prosecutions,
            offering_readiness,
            proving,
            servable,
        )
        from mainstay.service.documents import statements

        offering_prosecutions.register()
        offering_bundles.register()
        offering_hearings.register()
        offering_advice.register()
        offering_readiness.register()
        kept.register(proving.check)
        statements.NOT_PRODUCED.update(servable.NEVER)
        statements.NOT_PRODUCED_ABOUT.update(servable.NEVER_ABOUT)
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.common.council import offer_named
    from mainstay.service.court import council
    from mainstay.service.court.models import CourtValue

    offer_named(council.given, CourtValue)


def monitored() -> None:
    from mainstay.service.court.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
