"""Addresses of prosecutions."""

from django.urls import path

from mainstay.service.court.views import prosecutions

urlpatterns = [
    path("prosecutions/", prosecutions.prosecutions, name="prosecutions"),
    path("prosecutions/export.<str:kind>", prosecutions.export, name="prosecutions_export"),
    path("prosecutions/<int:pk>/", prosecutions.prosecution, name="prosecution"),
]
