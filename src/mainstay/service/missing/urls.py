"""Addresses of the room."""

from mainstay.service.missing import urls_children, urls_notifications

urlpatterns = [*urls_children.urlpatterns, *urls_notifications.urlpatterns]
