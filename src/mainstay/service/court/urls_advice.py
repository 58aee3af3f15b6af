"""Addresses of legal advice."""

from django.urls import path

from mainstay.service.court.views import advice

urlpatterns = [
    path("court/advice/", advice.advice_list, name="advice_list"),
    path("court/advice/export.<str:kind>", advice.export, name="advice_export"),
    path("cases/<int:pk>/advice/", advice.advice, name="advice"),
    path("cases/<int:pk>/advice/instruct/", advice.instruct, name="advice_instruct"),
    path("court/instructions/<int:pk>/end/", advice.end, name="advice_end"),
    path("court/advice/<int:pk>/answer/", advice.answer, name="advice_answer"),
    path("court/advice/<int:pk>/file/", advice.file, name="advice_file"),
    path("prosecutions/<int:pk>/opinion/", advice.opinion, name="advice_opinion"),
]
