"""Addresses of supervision orders and of their consideration."""

from django.urls import path

from mainstay.service.orders.views import supervision
from mainstay.service.orders.views.supervision_steps import PAGES, view_of

ONE = "supervision-orders/<int:pk>/"

urlpatterns = [
    path("supervision-orders/", supervision.orders, name="supervision_orders"),
    path("supervision-orders/export.<str:kind>", supervision.export, name="supervision_orders_export"),
    path("cases/<int:pk>/consider-order/", supervision.consider, name="order_consider"),
    path("considerations/<int:pk>/", supervision.consideration, name="order_consideration"),
    path(ONE, supervision.order, name="supervision_order"),
    path(f"{ONE}plan.pdf", supervision.plan_pdf, name="supervision_plan_pdf"),
    *[
        path(f"{ONE}{page.path}/{'<int:row>/' if page.rows else ''}", view_of(page), name=page.name)
        for page in PAGES
    ],
]
