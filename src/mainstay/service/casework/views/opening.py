"""Pages about something of a case: the thing in view, its child's record open to this person, the reading logged."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django import forms
from django.db import models
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.casework.models import Case, Plan
from mainstay.service.record import access

View = Callable[..., HttpResponseBase]
#: a page on which no form was wrong
NONE: Final[Mapping[str, forms.Form]] = {}


def of_case(find: Callable[[Any], models.QuerySet[Any]], page: str) -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the thing instead of its key.

    find: user -> those in view, with ``case__pupil__school``. 404 outside; a restricted record asks for a reason first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            one = get_object_or_404(find(request.user), pk=pk)
            pupil = one.pupil if isinstance(one, (Case, Plan)) else one.case.pupil
            reads = request.method in ("GET", "HEAD")
            if not access.may_open(request.user, pupil):
                if not reads:
                    raise Http404
                return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
            if reads:
                access.log_read(request, pupil, page=page)
            return view(request, one, **more)

        return shown

    return decorate


def cases(user: Any) -> models.QuerySet[Case]:
    return Case.objects.visible_to(user).select_related("pupil__school", "school", "owner")
