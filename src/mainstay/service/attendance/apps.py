from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "mainstay.service.attendance"
    label = "attendance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.accounts.announcements import left, owned
        from mainstay.service.accounts.context import navigation, what_changed
        from mainstay.service.attendance import (
            demo,
            handing_over,
            impact,
            importing,
            offering,
            proving,
            refresh,
        )
        from mainstay.service.attendance.targeting import offering as targeting
        from mainstay.service.common.audit.proving import kept
        from mainstay.service.common.jobs.daily import daily
        from mainstay.service.common.jobs.queue import handler
        from mainstay.service.directory import announcements, doubts
        from mainstay.service.directory.demo import load_registers
        from mainstay.service.directory.school_page import beside_schools, measuring, school_tabs
        from mainstay.service.documents.leaflets import occasions
        from mainstay.service.record import providers

        navigation.register(offering.menu)
        what_changed.register(offering.changed)
        providers.tabs.register(offering.tabs)
        school_tabs.register(offering.school_tabs)
        beside_schools.register(offering.beside_schools)
        providers.cards.register(offering.cards)
        occasions.register(offering.occasions)
        providers.findings.register(offering.findings)
        providers.attendance.register(offering.glances)
        providers.addresses.register(offering.address)
        doubts.origins.register(offering.address)
        load_registers.register(demo.load)
        kept.register(proving.check)
        handler(importing.READ)(importing.read_job)
        handler(importing.TAKE)(importing.take_job)
        handler(refresh.MEASURE)(refresh.measure_job)
        measuring.register(refresh.progress)
        daily("attendance.refresh")(refresh.daily)
        daily("attendance.impact")(impact.daily)
        left.subscribe(handing_over.left)
        owned.register(handing_over.owned)
        announcements.link_officer_changed.subscribe(handing_over.link_officer_changed)
        announcements.calendar_changed.subscribe(refresh.calendar_changed)
        announcements.pupils_changed.subscribe(refresh.pupils_changed)
        announcements.pupils_merged.subscribe(refresh.pupils_merged)
        announcements.pupils_merged.subscribe(impact.pupils_merged)
        targeting.register()
        council_values()


def council_values() -> None:
    from mainstay.service.attendance import council
    from mainstay.service.attendance.targeting.models import TargetingFrequency
    from mainstay.service.common.council import offer

    offer(council.given, TargetingFrequency)
