"""Addresses of the room, subject by subject."""

from mainstay.service.casework import urls_cases, urls_fast_track

urlpatterns = [
    *urls_cases.urlpatterns,
    *urls_fast_track.urlpatterns,
]
