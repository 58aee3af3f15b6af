from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "mainstay.service.team"
    label = "team"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.team import offering

        offering.register()
