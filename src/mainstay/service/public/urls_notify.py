"""Addresses that GOV.UK Notify calls."""

from django.urls import path

from mainstay.service.public.views import notify

urlpatterns = [path("notify/webhook/", notify.notify_webhook, name="notify_webhook")]
