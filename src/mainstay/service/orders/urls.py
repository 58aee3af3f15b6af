"""Addresses of the room, subject by subject."""

from django.urls import URLPattern

from mainstay.service.orders import urls_supervision

urlpatterns: list[URLPattern] = [
    *urls_supervision.urlpatterns,
]
