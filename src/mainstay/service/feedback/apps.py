"""What people say of the service: surveys, complaints, and the figures of its yearly review."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "mainstay.service.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.feedback import council, offering

        offering.register()
        council.register()
        monitored()


def monitored() -> None:
    from mainstay.service.feedback.monitored import measures
    from mainstay.service.team.providers import monitored

    monitored.register(measures)
