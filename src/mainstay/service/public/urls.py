"""Addresses of the room."""

from mainstay.service.public import urls_letters, urls_notify

urlpatterns = [
    *urls_letters.urlpatterns,
    *urls_notify.urlpatterns,
]
