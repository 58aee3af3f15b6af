from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "mainstay.service.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
