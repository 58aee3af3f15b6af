"""Addresses of the room."""

from django.urls import path

from mainstay.service.documents import views

urlpatterns = [path("documents/<int:pk>/", views.document, name="document")]
