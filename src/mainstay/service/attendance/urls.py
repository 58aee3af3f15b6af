"""Addresses of the room: imports, registers, findings, schools' attendance and the city."""

from django.urls import path

from mainstay.service.attendance.targeting import urls as targeting
from mainstay.service.attendance.views import (
    changes,
    city,
    findings,
    home,
    impact,
    imports,
    registers,
    schools,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("my-work/", home.my_work, name="my_work"),
    path("changes/", changes.changes, name="changes"),
    path("findings/", findings.findings, name="findings"),
    path("findings/export.<str:kind>", findings.export, name="findings_export"),
    path("findings/views/", findings.add_view, name="saved_view_add"),
    path("findings/views/<int:pk>/remove/", findings.remove_view, name="saved_view_remove"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/consider/", findings.consider, name="finding_consider"),
    path("pupils/<int:pk>/register/", registers.register, name="pupil_register"),
    path("pupils/<int:pk>/register/export.<str:kind>", registers.export, name="pupil_register_export"),
    path("pupils/<int:pk>/register/mark/", registers.mark, name="pupil_mark"),
    path("pupils/<int:pk>/register/certificate/", registers.certificate, name="pupil_certificate"),
    path("schools/<int:pk>/attendance/", schools.attendance, name="school_attendance"),
    path("schools/<int:pk>/attendance/export.<str:kind>", schools.export, name="school_attendance_export"),
    path("schools/<int:pk>/reading/forget/", schools.forget_reading, name="school_reading_forget"),
    path("city/", city.city, name="city"),
    path("city/export.<str:kind>", city.export, name="city_export"),
    path("impact/", impact.impact, name="impact"),
    path("impact/export.<str:kind>", impact.export, name="impact_export"),
    path("imports/", imports.imports, name="imports"),
    path("imports/export.<str:kind>", imports.export, name="imports_export"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<int:pk>/", imports.one, name="import"),
    path("imports/<int:pk>/options/", imports.options, name="import_options"),
    path("imports/<int:pk>/take/", imports.take, name="import_take"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("imports/<int:pk>/refusals.csv", imports.refusals, name="import_refusals"),
    *targeting.urlpatterns,
]
