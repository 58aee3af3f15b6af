"""Addresses of the room, subject by subject."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
