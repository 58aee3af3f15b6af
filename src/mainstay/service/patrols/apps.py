"""Truancy patrols with the police: authorisation, encounters, checks with schools, follow-up."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "mainstay.service.patrols"
    label = "patrols"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.patrols import council, offering

        offering.register()
        council.register()
