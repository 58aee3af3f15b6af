from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "mainstay.service.common"
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.common import keyring, upkeep
        from mainstay.service.common.audit import guard, sealing
        from mainstay.service.common.uploads import store

        keyring.locked_with.register(store.keys_in_use)
        keyring.locked_with.register(sealing.keys_in_use)
        post_migrate.connect(upkeep.make_cache_table, sender=self, dispatch_uid="cache table")
        post_migrate.connect(guard.after_migrate, sender=self, dispatch_uid="audit guard")
