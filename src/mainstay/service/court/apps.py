from django.apps import AppConfig


class CourtConfig(AppConfig):
    name = "mainstay.service.court"
    label = "court"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.court import (
            offering_bundles,
            offering_hearings,
            offering_prosecutions,
            servable,
        )
        from mainstay.service.documents import statements

        offering_prosecutions.register()
        offering_bundles.register()
        offering_hearings.register()
        statements.NOT_PRODUCED.update(servable.NEVER)
        statements.NOT_PRODUCED_ABOUT.update(servable.NEVER_ABOUT)
