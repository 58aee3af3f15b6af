"""Addresses of "is it court-ready?"."""

from django.urls import path

from mainstay.service.court.views import readiness

urlpatterns = [
    path("cases/<int:pk>/court-ready/", readiness.of_case, name="case_court_ready"),
    path("prosecutions/<int:pk>/court-ready/", readiness.of_prosecution, name="prosecution_court_ready"),
    path("court/not-ready/", readiness.not_ready, name="court_not_ready"),
    path("court/not-ready/export.<str:kind>", readiness.export, name="court_not_ready_export"),
]
