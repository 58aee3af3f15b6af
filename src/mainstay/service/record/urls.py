"""Addresses of the room: the child's page, deadlines and their calendar, the log of who read what."""

from django.urls import path

from mainstay.service.record.views import (
    chronology,
    deadlines,
    family,
    feed,
    opening,
    pages,
    people,
    reads,
    retention,
)

urlpatterns = [
    path("pupils/<int:pk>/", pages.summary, name="pupil"),
    path("pupils/<int:pk>/open/", opening.ask, name="pupil_open"),
    path("pupils/<int:pk>/chronology/", chronology.chronology, name="pupil_chronology"),
    path("pupils/<int:pk>/chronology/add/", chronology.note, name="pupil_note"),
    path("pupils/<int:pk>/chronology/find/", chronology.find, name="pupil_chronology_find"),
    path("pupils/<int:pk>/chronology/print/", chronology.printed, name="pupil_chronology_print"),
    path("pupils/<int:pk>/people/", people.people, name="pupil_people"),
    path("pupils/<int:pk>/people/add/", family.add_parent, name="pupil_parent_add"),
    path("pupils/<int:pk>/people/<int:parent>/change/", family.edit_parent, name="pupil_parent_edit"),
    path("pupils/<int:pk>/people/<int:parent>/address/", family.home, name="pupil_parent_home"),
    path("pupils/<int:pk>/address/", family.home, name="pupil_home"),
    path("pupils/<int:pk>/restrict/", family.restrict, name="pupil_restrict"),
    path("pupils/<int:pk>/cases/", pages.cases, name="pupil_cases"),
    path("pupils/<int:pk>/documents/", pages.documents, name="pupil_documents"),
    path("entries/<int:pk>/", chronology.entry, name="entry"),
    path("entries/<int:pk>/correct/", chronology.correct, name="entry_correct"),
    path("deadlines/", deadlines.deadlines_list, name="deadlines"),
    path("deadlines/export.<str:kind>", deadlines.export, name="deadlines_export"),
    path("deadlines/<int:pk>/", deadlines.deadline, name="deadline"),
    path("deadlines/<int:pk>/done/", deadlines.done, name="deadline_done"),
    path("deadlines/<int:pk>/move/", deadlines.move, name="deadline_move"),
    path("calendar/<str:key>.ics", feed.calendar, name="calendar_feed"),
    path("retention/", retention.periods, name="retention"),
    path("retention/<slug:name>/", retention.set_period, name="retention_set"),
    path("reads/", reads.reads, name="reads"),
    path("reads/export.<str:kind>", reads.export, name="reads_export"),
]
