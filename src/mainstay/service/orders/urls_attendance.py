"""Addresses of attendance orders."""

from django.urls import path

from mainstay.service.orders.views import attendance, attendance_deciding, attendance_steps

ONE = "attendance-orders/<int:pk>/"

urlpatterns = [
    path("attendance-orders/", attendance.orders, name="attendance_orders"),
    path("attendance-orders/export.<str:kind>", attendance.export, name="attendance_orders_export"),
    path("pupils/<int:pk>/attendance-order/", attendance.begin, name="attendance_order_begin"),
    path(ONE, attendance.order, name="attendance_order"),
    path(f"{ONE}parents/", attendance_steps.parents, name="attendance_order_parents"),
    path(f"{ONE}officer/", attendance_steps.owner, name="attendance_order_owner"),
    path(f"{ONE}law/", attendance_deciding.regime, name="attendance_order_regime"),
    path(f"{ONE}enquiry/", attendance_steps.enquiry, name="attendance_order_enquiry"),
    path(
        f"{ONE}papers/<str:paper>/<int:parent>.pdf", attendance_steps.letter, name="attendance_order_letter"
    ),
    path(f"{ONE}papers/<str:paper>/send/", attendance_steps.send, name="attendance_order_send"),
    path(f"{ONE}answers/<int:notice>/", attendance_steps.answer, name="attendance_order_answer"),
    path(f"{ONE}go/<str:step>/", attendance_steps.go, name="attendance_order_go"),
    path(f"{ONE}panel/", attendance_deciding.panel, name="attendance_order_panel"),
    path(f"{ONE}consult/", attendance_deciding.consult, name="attendance_order_consult"),
    path(f"{ONE}school/", attendance_deciding.school, name="attendance_order_school"),
    path(f"{ONE}tell/", attendance_deciding.tell, name="attendance_order_tell"),
    path(f"{ONE}objections/<int:paper>/", attendance_deciding.objection, name="attendance_order_objection"),
    path(f"{ONE}choice/", attendance_deciding.choice, name="attendance_order_choice"),
    path(f"{ONE}check/", attendance_steps.check, name="attendance_order_check"),
    path(f"{ONE}amend/", attendance_deciding.amend, name="attendance_order_amend"),
    path(f"{ONE}revocation/", attendance_steps.revocation, name="attendance_order_revocation"),
    path(
        f"{ONE}revocations/<int:asked>/",
        attendance_deciding.decide_revocation,
        name="attendance_order_revocation_decide",
    ),
    path(f"{ONE}end/", attendance_steps.end, name="attendance_order_end"),
    path(f"{ONE}stands/", attendance_deciding.stands, name="attendance_order_stands"),
]
