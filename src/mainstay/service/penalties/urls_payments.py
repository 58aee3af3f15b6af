"""Addresses of money: payments, what goes back, lists from the bank, income, the accounts."""

from django.urls import path

from mainstay.service.penalties.views import bank, income, payments, refunds

urlpatterns = [
    path("payments/", payments.payments, name="payments"),
    path("payments/export.<str:kind>", payments.export, name="payments_export"),
    path("payments/find/", payments.find, name="payment_find"),
    path("payments/<int:pk>/", payments.payment, name="payment"),
    path("notices/<int:pk>/payment/", payments.record, name="payment_record"),
    path("notices/<int:pk>/receipt/", payments.receipt, name="notice_receipt"),
    path("payments/refunds/", refunds.refunds, name="refunds"),
    path("payments/refunds/export.<str:kind>", refunds.export, name="refunds_export"),
    path("payments/refunds/<int:pk>/", refunds.done, name="refund_done"),
    path("payments/bank/", bank.files, name="bank_files"),
    path("payments/bank/lines/", bank.lines, name="bank_lines"),
    path("payments/bank/lines/<int:pk>/", bank.match, name="bank_line_match"),
    path("payments/bank/<int:pk>/", bank.file, name="bank_file"),
    path("payments/income/", income.income, name="income"),
    path("payments/income/export.<str:kind>", income.export, name="income_export"),
    path("payments/accounts/batches/", income.finance, name="finance"),
    path("payments/accounts/batches/make/", income.make, name="finance_make"),
    path("payments/accounts/batches/<int:pk>/", income.batch, name="finance_export"),
]
