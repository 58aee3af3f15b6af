"""Orders about a child: education supervision orders and school attendance orders, from the first thought to their end."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "mainstay.service.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.orders import offering_attendance, offering_supervision

        offering_supervision.register()
        offering_attendance.register()
        from mainstay.service.orders.monitored import measures
        from mainstay.service.team.providers import monitored

        monitored.register(measures)
