"""Addresses of the yearly return."""

from django.urls import path

from mainstay.service.penalties.views import yearly

urlpatterns = [
    path("notices/return/", yearly.notices_return, name="notices_return"),
    path("notices/return/list/", yearly.return_list, name="notices_return_list"),
    path("notices/return/export.<str:kind>", yearly.export, name="notices_return_export"),
]
