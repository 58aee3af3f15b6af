from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "mainstay.service.common"
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.common import upkeep
        from mainstay.service.common.audit import guard

        post_migrate.connect(upkeep.make_cache_table, sender=self, dispatch_uid="cache table")
        post_migrate.connect(guard.after_migrate, sender=self, dispatch_uid="audit guard")
