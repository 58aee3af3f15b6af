from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "mainstay.service.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts.context import navigation
        from mainstay.service.common.jobs.daily import daily
        from mainstay.service.directory import (
            navigating,
            posts,
            rolls,
            school_actions,  # noqa: F401 (names the daily task)
            searching,
            stand_in,
        )

        searching.register()
        posts.register()
        stand_in.register()
        navigation.register(navigating.entries)
        daily("directory.rolls")(rolls.daily)
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer
    from mainstay.service.directory import council

    offer(council.given)
