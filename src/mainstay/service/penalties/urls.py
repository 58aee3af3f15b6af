"""Addresses of the room, subject by subject."""

from mainstay.service.penalties import urls_before, urls_notices, urls_payments, urls_requests, urls_returns

urlpatterns = [
    *urls_before.urlpatterns,
    *urls_notices.urlpatterns,
    *urls_payments.urlpatterns,
    *urls_requests.urlpatterns,
    *urls_returns.urlpatterns,
]
