from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "mainstay.service.attendance"
    label = "attendance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts.context import navigation
        from mainstay.service.attendance import demo, offering
        from mainstay.service.directory.demo import load_registers
        from mainstay.service.record import providers

        navigation.register(offering.menu)
        providers.tabs.register(offering.tabs)
        providers.cards.register(offering.cards)
        providers.findings.register(offering.findings)
        providers.attendance.register(offering.glances)
        providers.addresses.register(offering.address)
        load_registers.register(demo.load)
