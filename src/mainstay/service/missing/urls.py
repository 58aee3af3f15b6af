"""Addresses of the room."""

from django.urls import URLPattern

from mainstay.service.missing import urls_notifications

urlpatterns: list[URLPattern] = [*urls_notifications.urlpatterns]
