"""Addresses of the room."""

from mainstay.service.public import urls_notify

urlpatterns = [
    *urls_notify.urlpatterns,
]
