"""Addresses of the room, subject by subject."""

from mainstay.service.casework import urls_cases, urls_fast_track, urls_referrals, urls_visits

urlpatterns = [
    *urls_cases.urlpatterns,
    *urls_referrals.urlpatterns,
    *urls_visits.urlpatterns,
    *urls_fast_track.urlpatterns,
]
