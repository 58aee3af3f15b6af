from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "mainstay.service.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts.announcements import left, owned
        from mainstay.service.accounts.context import navigation
        from mainstay.service.common import search
        from mainstay.service.directory.announcements import (
            family_changed,
            link_officer_changed,
            parents_merged,
            pupils_merged,
        )
        from mainstay.service.record import (
            following,
            frame,
            handing_over,
            merging,
            passages,
            providers,
            reminders,  # noqa: F401 (names the daily task)
        )

        providers.tabs.register(frame.own_tabs)
        search.passages.register(passages.found)
        pupils_merged.subscribe(merging.move)
        parents_merged.subscribe(merging.move_parent)
        family_changed.subscribe(following.family_changed)
        left.subscribe(handing_over.left)
        link_officer_changed.subscribe(handing_over.link_officer_changed)
        owned.register(handing_over.owned)
        navigation.register(frame.menu)
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer
    from mainstay.service.record import council
    from mainstay.service.record.models import RetentionPeriod

    offer(council.given, RetentionPeriod)
