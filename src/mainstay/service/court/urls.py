"""Addresses of the room, subject by subject."""

from mainstay.service.court import urls_advice, urls_bundles, urls_hearings, urls_prosecutions, urls_readiness

urlpatterns = [
    *urls_prosecutions.urlpatterns,
    *urls_bundles.urlpatterns,
    *urls_hearings.urlpatterns,
    *urls_advice.urlpatterns,
    *urls_readiness.urlpatterns,
]
