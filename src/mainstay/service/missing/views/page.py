"""One child on their page, the paper of it, and the steps that need no form."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.uploads import store
from mainstay.service.documents import rendering
from mainstay.service.missing import papers, risk, steps, values
from mainstay.service.missing.actions import enquiring, searching, signed
from mainstay.service.missing.forms import MessageForm
from mainstay.service.missing.models import Closure, Message, MissingChild
from mainstay.service.missing.queries import children as shown
from mainstay.service.missing.queries import notifications as returns
from mainstay.service.missing.views.filling import (
    METHODS,
    PAGE,
    form_page,
    identity,
    log,
    opened,
    taken,
    typed,
    visible,
)
from mainstay.service.record import access

State = MissingChild.State
#: steps with a page of their own; the others go by their button
PAGES: Final = {
    "refer": "missing_refer", "back": "missing_back", "accept": "missing_accept", "return": "missing_return",
    "found": "missing_found", "lost": "missing_lost", "needs_place": "missing_needs_place", "close": "missing_close",
    "reopen": "missing_reopen",
}  # fmt: skip
#: of the steps of one stage, the page's first button
MAIN: Final = {"refer", "accept", "close"}
BUTTONS: Final = {"not_found": searching.not_found, "placed": searching.placed}


@require_safe
@needs("see_missing")
def child(request: SignedIn, pk: int) -> HttpResponse:
    one = visible(request, pk)
    if one.pupil is not None and not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    log(request, one)
    return render(request, "missing/page.jinja", _context(one, request.user))


def _context(one: MissingChild, user: Any) -> dict[str, Any]:
    today = timezone.localdate()
    school, works = user.is_school_user, user.may("work_missing")
    found = steps.blockers(one, user)
    said = values.in_force(today)
    both = signed.agreed(one)
    return {
        "one": one,
        "child": identity(one, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "facts": shown.facts(one),
        "record": shown.of_record(one, today) if works else [],
        "risks": [risk.TRIGGERS[name].words for name in one.risks if name in risk.TRIGGERS],
        "to_tell": steps.untold(one) if one.state in steps.OPEN else [],
        "phones": {"social_care": said["social_care"], "police": said["police"]},
        "pages": [(step, PAGES[step.name], missing) for step, missing in found if step.name in PAGES],
        "buttons": [(step, missing) for step, missing in found if step.name in BUTTONS],
        "main": MAIN,
        "log": shown.log(one, school=school),
        "alerts": one.alerts.all(),
        "messages_": [m for m in one.messages.all() if not school or m.between == Message.Between.SCHOOL],
        "message_form": MessageForm(school=school, with_school=one.school_id is not None),
        "decisions": one.roll_decisions.all(),
        "clocks": shown.running(one, user),
        **shown.of_search(one),
        "closures": one.closures.all(),
        "answer_holds": shown.answer_holds(one),
        "works": works,
        "refers": user.may("refer_missing"),
        "agrees": user.may("agree_deletion"),
        "takes": user.may("take_over_missing"),
        "waiting": enquiring.waiting(one),
        "may_hand_over": works and one.state in steps.SEARCH and enquiring.waiting(one) is None,
        "may_ask_roll": one.pupil_id is not None
        and one.state in steps.OPEN
        and user.may("refer_missing")
        and both is None,
        "return_due": returns.return_due(both, user) if both is not None else None,
        "open": one.state in steps.OPEN,
        "school_side": school,
        "today": today,
    }


@require_POST
@needs("work_missing")
def go(request: SignedIn, pk: int, step: str) -> HttpResponse:
    """A step that needs no words."""
    opened(request, pk)
    if step not in BUTTONS:
        return redirect(PAGE, pk)
    act = BUTTONS[step]
    done = {"not_found": "Put down as not found. Post the child on School to School now.", "placed": "Done."}[
        step
    ]
    return taken(request, lambda: act(child_id=pk, by=request.user, at=timezone.now()), done, PAGE, pk)


@require_safe
@needs("see_missing")
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """The form of the child with its enquiries, as PDF."""
    one = opened(request, pk)
    pdf = rendering.render(papers.TEMPLATE, papers.of_child(one, school=request.user.is_school_user))
    name = f'inline; filename="{one.number}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@require_safe
@needs("work_missing")
def evidence(request: SignedIn, pk: int, closure: int) -> HttpResponseBase:
    """The paper that a closure rests on."""
    opened(request, pk)
    row = get_object_or_404(Closure.objects.select_related("file"), pk=closure, child=pk, file__isnull=False)
    assert row.file is not None
    return store.file_response(row.file, row.filename or "evidence")


@require_http_methods(METHODS)
@needs("see_missing")
def message(request: SignedIn, pk: int) -> HttpResponse:
    """Write into the shared log."""
    one = opened(request, pk)
    school = request.user.is_school_user
    form = MessageForm(typed(request), school=school, with_school=one.school_id is not None)
    if form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            enquiring.write(
                child_id=pk, text=said["text"], between=said.get("between") or Message.Between.SERVICE, by=request.user,
                at=timezone.now(),
            )  # fmt: skip

        return taken(request, act, "Written into the log.", PAGE, pk)
    return form_page(request, one, form, heading="Write into the shared log", button="Write it")
