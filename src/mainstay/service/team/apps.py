from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "mainstay.service.team"
    label = "team"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.team import offering

        offering.register()
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer_named
    from mainstay.service.team import council
    from mainstay.service.team.models import TeamValue

    offer_named(council.given, TeamValue)
