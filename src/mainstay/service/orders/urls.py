"""Addresses of the room, subject by subject."""

from mainstay.service.orders import urls_attendance

urlpatterns = [
    *urls_attendance.urlpatterns,
]
