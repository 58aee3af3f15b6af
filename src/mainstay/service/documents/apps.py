from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "mainstay.service.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from mainstay.service.common.audit.proving import kept
        from mainstay.service.directory.announcements import parents_merged, pupils_merged
        from mainstay.service.documents import leaflets, merging, offering, posting, proving
        from mainstay.service.record import providers

        providers.documents.register(offering.documents)
        providers.addresses.register(offering.address)
        providers.ticked.register(offering.ticked)
        providers.make.register(offering.make)
        kept.register(proving.check)
        post_migrate.connect(leaflets.ship, sender=self)
        pupils_merged.subscribe(merging.move)
        parents_merged.subscribe(merging.move_parent)
        posting.subscribe()
        council_values()


def council_values() -> None:
    from mainstay.service.common.council import offer
    from mainstay.service.documents import council
    from mainstay.service.documents.models import Leaflet, Wording

    offer(council.given, Leaflet, Wording)
