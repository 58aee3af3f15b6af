from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "mainstay.service.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.casework import (
            offering,
            offering_fast_track,
            offering_referrals,
            offering_visits,
        )

        offering.register()
        offering_referrals.register()
        offering_visits.register()
        offering_fast_track.register()
        council_values()
        monitored()


def council_values() -> None:
    from mainstay.service.casework import council
    from mainstay.service.casework.models import AreaList, Chair, Checklist, FastTrackValue
    from mainstay.service.common.council import offer, offer_named

    offer(council.given, AreaList, Chair, Checklist)
    offer_named(council.fast_track, FastTrackValue)


def monitored() -> None:
    from mainstay.service.casework.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
