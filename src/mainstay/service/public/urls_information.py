"""Addresses of the public pages about the service, and of the desk where the council writes them."""

from django.urls import path

from mainstay.service.public.views import information, writing

ONE = "public-texts/<slug:key>/<slug:language>/"
urlpatterns = [
    path("information/", information.home, name="information"),
    path("information/who-to-ask/", information.who_to_ask, name="information_contacts"),
    path("information/<slug:key>/", information.text, name="information_text"),
    path("public-texts/", writing.texts_list, name="public_texts"),
    path("public-texts/export.<str:kind>", writing.export, name="public_texts_export"),
    path(ONE, writing.one, name="public_text"),
    path(f"{ONE}edit/", writing.edit, name="public_text_edit"),
    path(f"{ONE}<int:number>/", writing.version, name="public_text_version"),
]
