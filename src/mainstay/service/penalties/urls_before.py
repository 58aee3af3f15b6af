"""Addresses of what comes before a notice: the code of conduct, leave, notices to improve, enquiries, earlier notices."""

from django.urls import path

from mainstay.service.penalties.views import (
    code,
    earlier,
    earlier_imports,
    enquiries,
    improvement_steps,
    improvements,
    leave,
    leave_letters,
)

LEAVE, IMPROVEMENT = "leave/<int:pk>", "improvements/<int:pk>"
FILE = "earlier-notices/files/<int:pk>"
urlpatterns = [
    path("notices/code/", code.code, name="notice_code"),
    path("notices/code/<slug:name>/", code.set_value, name="notice_code_set"),
    path("leave/", leave.leaves, name="leaves"),
    path("leave/export.<str:kind>", leave.export, name="leaves_export"),
    path("pupils/<int:pk>/leave/", leave.new, name="leave_new"),
    path(f"{LEAVE}/", leave.leave, name="leave"),
    path(f"{LEAVE}/decide/", leave.decide, name="leave_decide"),
    path(f"{LEAVE}/take-back/", leave.take_back, name="leave_take_back"),
    path(f"{LEAVE}/warned/", leave_letters.warned, name="leave_warned"),
    path(f"{LEAVE}/letters/", leave_letters.write, name="leave_letter"),
    path(f"{LEAVE}/letters/<int:letter>/", leave_letters.file, name="leave_letter_file"),
    path(f"{LEAVE}/letters/<int:letter>/given/", leave_letters.given, name="leave_letter_given"),
    path("improvements/", improvements.improvements, name="improvements"),
    path("improvements/export.<str:kind>", improvements.export, name="improvements_export"),
    path("pupils/<int:pk>/improvement/", improvements.new, name="improvement_new"),
    path(f"{IMPROVEMENT}/", improvements.improvement, name="improvement"),
    path(f"{IMPROVEMENT}/edit/", improvements.edit, name="improvement_edit"),
    path(f"{IMPROVEMENT}/parents/", improvement_steps.choose_parent, name="improvement_parent_choose"),
    path(f"{IMPROVEMENT}/parents/<int:parent>/drop/", improvement_steps.drop_parent, name="improvement_parent_drop"),
    path(f"{IMPROVEMENT}/parents/<int:parent>/preview/", improvement_steps.preview, name="improvement_preview"),
    path(f"{IMPROVEMENT}/give/", improvement_steps.give, name="improvement_give"),
    path(f"{IMPROVEMENT}/decide/", improvement_steps.decide, name="improvement_decide"),
    path("enquiries/", enquiries.enquiries, name="enquiries"),
    path("enquiries/export.<str:kind>", enquiries.export, name="enquiries_export"),
    path("notices/<int:pk>/enquiry/", enquiries.new, name="enquiry_new"),
    path("enquiries/<int:pk>/", enquiries.enquiry, name="enquiry"),
    path("enquiries/<int:pk>/answer/", enquiries.answer, name="enquiry_answer"),
    path("enquiries/<int:pk>/chase/", enquiries.chase, name="enquiry_chase"),
    path("earlier-notices/", earlier.earlier_notices, name="earlier_notices"),
    path("earlier-notices/export.<str:kind>", earlier.export, name="earlier_notices_export"),
    path("earlier-notices/declare/", earlier.declare, name="earlier_declare"),
    path("earlier-notices/<int:pk>/", earlier.earlier_notice, name="earlier_notice"),
    path("earlier-notices/files/", earlier_imports.imports, name="earlier_import"),
    path(f"{FILE}/", earlier_imports.show, name="earlier_import_show"),
    path(f"{FILE}/problems.<str:kind>", earlier_imports.problems, name="earlier_import_problems"),
    path(f"{FILE}/settle/", earlier_imports.settle, name="earlier_import_settle"),
    path(f"{FILE}/take/", earlier_imports.take, name="earlier_import_take"),
    path(f"{FILE}/discard/", earlier_imports.discard, name="earlier_import_discard"),
]  # fmt: skip
