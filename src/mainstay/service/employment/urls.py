"""Addresses of the room."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.queries.lists import LISTS
from mainstay.service.employment.views import applications, lists, others, public, reports


def _lists() -> Iterator[URLPattern]:
    for key in LISTS:
        said, at = {"key": key}, f"employment/{key}/"
        yield path(at, lists.listed, said, name=f"employment_{key}")
        yield path(f"{at}export/<str:kind>/", lists.export, said, name=f"employment_{key}_export")


def _kinds() -> Iterator[URLPattern]:
    for key in KINDS:
        said, at, name = {"key": key}, f"employment/{key}s/", f"employment_{key}"
        yield path(f"{at}new/", applications.new, said, name=f"{name}_new")
        yield path(f"{at}<int:pk>/", applications.page, said, name=name)
        yield path(f"{at}<int:pk>/correct/", applications.correct, said, name=f"{name}_correct")
        yield path(f"{at}<int:pk>/take-on/", applications.take_on, said, name=f"{name}_take_on")
        yield path(f"{at}<int:pk>/end/", applications.end, said, name=f"{name}_end")
        yield path(f"{at}<int:pk>/decide/<str:step>/", applications.decide, said, name=f"{name}_decide")
        yield path(f"{at}<int:pk>/visit/", reports.visit, said, name=f"{name}_visit")
        if key in ("permit", "licence"):
            yield path(f"{at}<int:pk>/child/", applications.identify, said, name=f"{name}_identify")
            yield path(f"{at}<int:pk>/ask/", applications.ask, said, name=f"{name}_ask")


_REPORT = {"key": "report"}
urlpatterns = [
    *_lists(),
    *_kinds(),
    path("employment/permits/<int:pk>/change/", applications.change, name="employment_permit_change"),
    path("employment/permits/<int:pk>/work/", applications.work_seen, name="employment_permit_work"),
    path("employment/permits/<int:pk>/risk/", applications.risk_file, name="employment_permit_risk"),
    path("employment/chaperones/<int:pk>/production/", others.engage, name="employment_chaperone_engage"),
    path("employment/reports/new/", reports.new, name="employment_report_new"),
    path("employment/reports/child/<int:pk>/", reports.new_of, name="employment_report_child"),
    path("employment/reports/<int:pk>/", reports.page, name="employment_report"),
    path(
        "employment/reports/<int:pk>/child/",
        applications.identify,
        _REPORT,
        name="employment_report_identify",
    ),
    path(
        "employment/reports/<int:pk>/take-on/",
        applications.take_on,
        _REPORT,
        name="employment_report_take_on",
    ),
    path("employment/reports/<int:pk>/triage/", reports.triage, name="employment_report_triage"),
    path("employment/reports/<int:pk>/visit/", reports.visit, _REPORT, name="employment_report_visit"),
    path("employment/reports/<int:pk>/close/", reports.close, name="employment_report_close"),
    path("employment/reports/<int:pk>/told/", reports.told, name="employment_report_told"),
    path("employment/visits/<int:pk>/", reports.inspection, name="employment_inspection"),
    path("employment/visits/<int:pk>/photo/", reports.photo, name="employment_inspection_photo"),
    path("employment/refer/<int:pk>/", others.refer, name="employment_refer"),
    path("employment/referrals/<int:pk>/", others.handover, name="employment_handover"),
    path("employment/questions/", others.views, name="employment_views"),
    path("employment/questions/<int:pk>/", others.view, name="employment_view"),
    path("employment/settings/", others.all_values, name="employment_values"),
    path("employment/settings/<str:name>/", others.set_value, name="employment_value_set"),
    path("apply/<str:form>/", public.start, name="employment_form"),
    path("apply/<str:form>/go-on/", public.resume, name="employment_form_resume"),
    path("apply/<str:form>/check/", public.check, name="employment_form_check"),
    path("apply/<str:form>/leave/", public.leave, name="employment_form_leave"),
    path("apply/<str:form>/page/<str:page>/", public.page, name="employment_form_page"),
]
