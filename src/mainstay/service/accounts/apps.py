from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mainstay.service.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts import council, signals  # noqa: F401 (connects the listeners)
        from mainstay.service.accounts.actions import (  # noqa: F401 (they name daily tasks)
            invitations,
            passwords,
            people,
        )
        from mainstay.service.accounts.adapter import keys_in_use
        from mainstay.service.common.council import offer
        from mainstay.service.common.keyring import locked_with

        locked_with.register(keys_in_use)
        offer(council.given)
