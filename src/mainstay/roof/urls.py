"""Every address. Each room brings its own; names are unprefixed and unique."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from mainstay.roof import pages
from mainstay.roof.api import api
from mainstay.roof.settings import ROOMS

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    path("api/", pages.api_page, name="api_page"),
    path("api/v1/", api.urls),
]
urlpatterns += [
    path("", include(import_module(f"mainstay.service.{room}.urls")))
    for room in ROOMS
    if find_spec(f"mainstay.service.{room}.urls")
]

handler400 = "mainstay.service.common.errors.bad_request"
handler403 = "mainstay.service.common.errors.forbidden"
handler404 = "mainstay.service.common.errors.not_found"
handler500 = "mainstay.service.common.errors.server_error"
