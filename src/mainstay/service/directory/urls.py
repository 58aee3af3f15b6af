"""Addresses of the room: schools, calendars, pupils, parents, imports, the merge queue, search."""

from django.urls import path

from mainstay.service.directory.views import (
    calendars,
    conflicts,
    imports,
    merges,
    parents,
    posts,
    pupils,
    school,
    schools,
    search,
    trusts,
)

urlpatterns = [
    path("search/", search.results, name="search"),
    path("pupils/", pupils.pupils, name="pupils"),
    path("pupils/export.<str:kind>", pupils.export, name="pupils_export"),
    path("pupils/import/", imports.people, name="people_import"),
    path("parents/<int:pk>/", parents.parent, name="parent"),
    path("parents/<int:pk>/merge/", parents.merge, name="parents_merge"),
    path("users/<int:pk>/posts/", posts.posts, name="user_posts"),
    path("users/<int:pk>/posts/<int:post>/end/", posts.end, name="user_post_end"),
    path("schools/", schools.schools, name="schools"),
    path("schools/export.<str:kind>", schools.export, name="schools_export"),
    path("schools/import/", imports.schools, name="schools_import"),
    path("schools/calendars/", calendars.bulk, name="calendars_set"),
    path("schools/calendars/day/", calendars.bulk_day, name="calendars_day"),
    path("schools/<int:pk>/", school.details, name="school"),
    path("schools/<int:pk>/edit/", school.edit, name="school_edit"),
    path("schools/<int:pk>/contacts/add/", school.add_contact, name="school_contact_add"),
    path("schools/<int:pk>/contacts/remove/", school.remove_contact, name="school_contact_remove"),
    path("schools/<int:pk>/link-officer/", school.name_link_officer, name="school_link_officer"),
    path("schools/<int:pk>/calendar/", calendars.calendar, name="school_calendar"),
    path("schools/<int:pk>/calendar/terms/", calendars.terms, name="school_terms"),
    path("schools/<int:pk>/calendar/days/add/", calendars.add_exception, name="school_exception_add"),
    path(
        "schools/<int:pk>/calendar/days/remove/", calendars.remove_exception, name="school_exception_remove"
    ),
    path("trusts/", trusts.trusts, name="trusts"),
    path("trusts/export.<str:kind>", trusts.export, name="trusts_export"),
    path("trusts/<int:pk>/", trusts.trust, name="trust"),
    path("conflicts/", conflicts.listed, name="conflicts"),
    path("conflicts/export.<str:kind>", conflicts.export, name="conflicts_export"),
    path("conflicts/declare/", conflicts.declare, name="conflict_declare"),
    path("conflicts/<int:pk>/end/", conflicts.end, name="conflict_end"),
    path("merges/", merges.queue, name="merges"),
    path("merges/export.<str:kind>", merges.export, name="merges_export"),
    path("merges/<int:pk>/", merges.one, name="merge"),
]
