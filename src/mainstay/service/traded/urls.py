"""Addresses of the room, subject by subject."""

from mainstay.service.traded import urls_money

urlpatterns = [*urls_money.urlpatterns]
