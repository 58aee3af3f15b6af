"""Addresses of the room."""

from mainstay.service.missing import urls_children

urlpatterns = [*urls_children.urlpatterns]
