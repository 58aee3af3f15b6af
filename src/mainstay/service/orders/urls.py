"""Addresses of the room, subject by subject."""

from mainstay.service.orders import urls_attendance, urls_supervision

urlpatterns = [
    *urls_supervision.urlpatterns,
    *urls_attendance.urlpatterns,
]
