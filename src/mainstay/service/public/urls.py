"""Addresses of the room."""

from mainstay.service.public import urls_information, urls_letters, urls_notify

urlpatterns = [
    *urls_information.urlpatterns,
    *urls_letters.urlpatterns,
    *urls_notify.urlpatterns,
]
