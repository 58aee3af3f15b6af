"""Addresses of the room, subject by subject."""

from mainstay.service.traded import urls_bookings, urls_money

urlpatterns = [*urls_money.urlpatterns, *urls_bookings.urlpatterns]
