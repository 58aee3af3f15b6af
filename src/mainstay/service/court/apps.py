from django.apps import AppConfig


class CourtConfig(AppConfig):
    name = "mainstay.service.court"
    label = "court"
    default_auto_field = "django.db.models.BigAutoField"
