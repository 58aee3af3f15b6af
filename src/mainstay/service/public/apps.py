from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "mainstay.service.public"
    label = "public"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.public import offering

        offering.register()
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer
    from mainstay.service.public import council
    from mainstay.service.public.models import PublicText

    offer(council.given, PublicText)
