from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "mainstay.service.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.orders import offering_attendance

        offering_attendance.register()
