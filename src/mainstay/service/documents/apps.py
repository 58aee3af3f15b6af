from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "mainstay.service.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.service.directory.announcements import parents_merged, pupils_merged
        from mainstay.service.documents import merging, offering, posting
        from mainstay.service.record import providers

        providers.documents.register(offering.documents)
        providers.addresses.register(offering.address)
        pupils_merged.subscribe(merging.move)
        parents_merged.subscribe(merging.move_parent)
        posting.subscribe()
