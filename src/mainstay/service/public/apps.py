from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "mainstay.service.public"
    label = "public"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.public import offering

        offering.register()
