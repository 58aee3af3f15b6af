"""Addresses of cases."""

from django.urls import path

from mainstay.service.casework.views import cases

urlpatterns = [
    path("cases/", cases.cases, name="cases"),
    path("cases/export.<str:kind>", cases.export, name="cases_export"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/allocate/", cases.allocate, name="case_allocate"),
    path("cases/<int:pk>/reference/", cases.reference, name="case_reference"),
    path("cases/<int:pk>/close/", cases.close, name="case_close"),
]
