"""Addresses of the room."""

from django.urls import URLPattern

from mainstay.service.traded import urls_bookings

urlpatterns: list[URLPattern] = [*urls_bookings.urlpatterns]
