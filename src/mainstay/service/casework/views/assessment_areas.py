"""The areas of an early help assessment, their versions, and the page that makes a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import assessment, places
from mainstay.service.casework.actions import assessment_areas as actions
from mainstay.service.casework.forms_plans import AreaLines, AreasForm, areas_of
from mainstay.service.casework.models import AreaList
from mainstay.service.common.steps import StepRefused


@require_safe
@needs("see_cases")
def current(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "version": assessment.in_force(today),
        "versions": list(AreaList.objects.select_related("made_by")),
        "places": places.tabs(request.user, "assessment_areas"),
        "today": today,
    }
    return render(request, "casework/assessment_areas.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_checklist")
def edit(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    typed = request.POST if request.method == "POST" else None
    form = AreasForm(typed, initial={"since": today})
    lines = AreaLines(typed, prefix="area", initial=assessment.in_force(today).as_kept())
    if typed is not None and all([form.is_valid(), lines.is_valid()]):
        try:
            actions.set_areas(
                items=areas_of(lines.forms), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The areas have a new version.")
            return redirect("assessment_areas")
    context = {"form": form, "lines": lines}
    status = 400 if form.is_bound else 200
    return render(request, "casework/assessment_areas_edit.jinja", context, status=status)
