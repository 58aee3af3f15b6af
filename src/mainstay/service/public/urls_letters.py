"""Addresses of the parent's pages, and the one GOV.UK Pay calls. None of them names or numbers a letter."""

from django.urls import path

from mainstay.service.public.views import letters, pay_webhook, paying

urlpatterns = [
    path("letter/", letters.open_letter, name="letter_open"),
    path("letter/notice/", letters.read, name="letter_read"),
    path("letter/wrong/", letters.representation, name="letter_representation"),
    path("letter/receipt.pdf", letters.receipt, name="letter_receipt"),
    path("letter/leave/", letters.leave, name="letter_leave"),
    path("letter/basket/", paying.basket, name="letter_basket"),
    path("letter/pay/", paying.pay, name="letter_pay"),
    path("letter/paid/<str:key>/", paying.paid, name="letter_paid"),
    path("pay/webhook", pay_webhook.pay_webhook, name="pay_webhook"),
]
