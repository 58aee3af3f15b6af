from django.apps import AppConfig


class PenaltiesConfig(AppConfig):
    name = "mainstay.service.penalties"
    label = "penalties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.documents.announcements import service_changed
        from mainstay.service.penalties import dates

        service_changed.subscribe(dates.follow)
