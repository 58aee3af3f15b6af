from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "mainstay.service.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts.announcements import owned
        from mainstay.service.accounts.context import navigation
        from mainstay.service.directory.announcements import family_changed, pupils_merged
        from mainstay.service.record import (
            following,
            frame,
            merging,
            providers,
            queries,
            reminders,  # noqa: F401 (names the daily task)
        )

        providers.tabs.register(frame.own_tabs)
        pupils_merged.subscribe(merging.move)
        family_changed.subscribe(following.family_changed)
        navigation.register(frame.menu)
        owned.register(queries.owned)
