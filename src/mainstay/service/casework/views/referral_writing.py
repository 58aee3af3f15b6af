"""A school writes a referral: one page for each part, each kept as far as it is written; then it is signed and sent."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import checklist, readiness
from mainstay.service.casework.actions import evidence as papers
from mainstay.service.casework.actions import referring, sending
from mainstay.service.casework.forms_checking import WithdrawForm
from mainstay.service.casework.forms_referrals import (
    AgenciesForm,
    ItemForm,
    ParentForm,
    ReasonsForm,
    VoiceForm,
)
from mainstay.service.casework.models import Referral, ReferralItem, ReferralPaper
from mainstay.service.casework.queries import referral_page as shown
from mainstay.service.casework.steps_referrals import WRITTEN
from mainstay.service.casework.views.referral_page import opened, page
from mainstay.service.common import meanwhile
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.uploads.kinds import KINDS, FileRefused
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import Dated, Parenthood
from mainstay.service.documents.homes import homes
from mainstay.service.record import access, frame

#: part -> its form, its heading, and a word to begin with
PARTS: Final[dict[str, tuple[type[forms.Form], str, str]]] = {
    "reasons": (ReasonsForm, "Why you refer, and what was tried", "The service decides by this. Write so that the family could read it."),
    "voice": (VoiceForm, "What the child says", "Kept apart from what adults say about the child."),
    "agencies": (AgenciesForm, "Other agencies and safeguarding", "If a child may be at risk, call children’s social care at once: a referral here does not replace it."),
}  # fmt: skip


def _writable(request: SignedIn, pk: int) -> Referral:
    one = opened(request, pk)
    if not shown.writes(one, request.user):
        raise Http404
    return one


def _context(request: SignedIn, one: Referral, form: forms.Form, **more: Any) -> dict[str, Any]:
    return {
        "referral": one,
        "child": frame.identity(one.pupil, request.user),
        "form": form,
        "signed": one.state not in WRITTEN,
        **more,
    }


def _part(request: SignedIn, pk: int, part: str) -> HttpResponse:
    """One part: shown as it is, or kept as it was typed."""
    one = _writable(request, pk)
    make, heading, intro = PARTS[part]
    initial = {name: getattr(one, name) for name in referring.PARTS[part][0]}
    form = make(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _done(
        form,
        lambda: referring.write(
            referral_id=pk,
            part=part,
            by=request.user,
            at=timezone.now(),
            seen=request.POST.get("seen", ""),
            **form.cleaned_data,
        ),
    ):
        messages.success(request, "Saved.", extra_tags=f"referral-{pk}-{part}")
        return redirect("referral", pk=pk)
    context = _context(
        request, one, form, part=part, heading=heading, intro=intro, **_meanwhile(request, form, initial)
    )
    return render(request, "casework/referral_part.jinja", context, status=400 if form.is_bound else 200)


def _meanwhile(request: SignedIn, form: forms.Form, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the page sends back of what it showed; and, where somebody else wrote since, what stands there now."""
    seen = meanwhile.mark(kept)
    changed = form.is_bound and request.POST.get("seen") != seen
    return {"seen": seen, "theirs": [*_in_words(form)] if changed else []}


def _in_words(form: forms.Form) -> Iterator[tuple[str, str]]:
    for name, value in form.initial.items():
        if value and name in form.fields:
            known: Any = dict(getattr(form.fields[name], "choices", ()))
            words = long_date(value) if isinstance(value, date) else str(known.get(value, value))
            yield str(form[name].label), words


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it was done; else the form says why not."""
    try:
        act()
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
def reasons(request: SignedIn, pk: int) -> HttpResponse:
    return _part(request, pk, "reasons")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
def voice(request: SignedIn, pk: int) -> HttpResponse:
    return _part(request, pk, "voice")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
def agencies(request: SignedIn, pk: int) -> HttpResponse:
    return _part(request, pk, "agencies")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
def parent(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    """One parent: what the record knows, what the school adds, how they were told."""
    one, today = _writable(request, pk), timezone.localdate()
    ties = Parenthood.objects.filter(Dated.on(today), pupil=one.pupil_id).select_related("parent")
    tie = get_object_or_404(ties, parent=parent)
    line = one.parents.filter(parent=parent).first()
    home = homes([parent], one.pupil, today, request.user).get(parent)
    of: Any = line or tie.parent
    initial = {
        "language": of.language, "interpreter": {True: "yes", False: "no", None: ""}[of.interpreter],
        **{name: getattr(line, name, "") for name in ("address", "needs", "told", "told_words")},
        "told_on": line.told_on if line else None,
    }  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = ParentForm(data, sealed=bool(home and home.sealed), initial=initial)
    if form.is_valid() and _done(
        form,
        lambda: referring.write_parent(
            referral_id=pk,
            parent=tie.parent,
            by=request.user,
            at=timezone.now(),
            seen=request.POST.get("seen", ""),
            **form.values,
        ),
    ):
        messages.success(request, "Saved.", extra_tags=f"referral-{pk}-parent-{parent}")
        return redirect("referral", pk=pk)
    kept = _meanwhile(request, form, referring.parent_kept(line))
    context = _context(request, one, form, tie=tie, home=shown.home_words(home), **kept)
    return render(request, "casework/referral_parent.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("refer")
def evidence(request: SignedIn, pk: int) -> HttpResponse:
    one = _writable(request, pk)
    context = {
        "referral": one,
        "child": frame.identity(one.pupil, request.user),
        "items": shown.item_rows(one),
        "version": checklist.of_row(one.checklist),
        "would_return": readiness.would_be_sent_back(one),
    }
    return render(request, "casework/referral_evidence.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("refer")
def item(request: SignedIn, pk: int, item: int) -> HttpResponse:
    """One line of the evidence."""
    one = _writable(request, pk)
    line = get_object_or_404(
        one.items.exclude(key__in=checklist.SECTIONS).prefetch_related("papers"), pk=item
    )
    counted = line.key == checklist.WINDOW
    initial = {"state": line.state, "words": line.words if line.state else ""}
    form = ItemForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()), counted=counted, initial=initial
    )  # fmt: skip
    if form.is_valid() and _kept(line, form, request.user, request.POST.get("seen", "")):
        messages.success(request, "Saved.", extra_tags=f"referral-{pk}-item-{item}")
        return redirect("referral_evidence", pk=pk)
    found = readiness.counted(one, timezone.localdate()) if counted else None
    kept = _meanwhile(request, form, {"state": line.state, "words": line.words})
    context = _context(request, one, form, item=line, papers=list(line.papers.all()), counted=found, **kept)
    return render(request, "casework/referral_item.jinja", context, status=400 if form.is_bound else 200)


def _kept(line: ReferralItem, form: ItemForm, by: Any, seen: str) -> bool:
    """The answer and the paper, both or neither."""
    said, at = form.cleaned_data, timezone.now()
    try:
        with transaction.atomic():
            referring.answer(
                item_id=line.pk, state=said["state"], words=said["words"], by=by, at=at, seen=seen
            )
            if form.paper is not None:
                if said["state"] != ReferralItem.State.MET:
                    raise StepRefused(
                        "A paper shows that the line is met: choose “Met”, or leave the paper out."
                    )
                papers.add(item_id=line.pk, by=by, at=at, **form.paper)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    except FileRefused as refusal:
        form.add_error("file", f"The paper was not kept: {refusal}")
        return False
    return True


@require_safe
@needs("see_cases")
def paper(request: SignedIn, pk: int, paper: int) -> HttpResponseBase:
    """The paper itself; its file name tells nothing about the child."""
    one = opened(request, pk)
    rows = ReferralPaper.objects.visible_to(request.user).filter(item__referral=one, file__isnull=False)
    found = get_object_or_404(rows.select_related("file"), pk=paper)
    access.log_read(request, one.pupil, page="referral paper")
    assert found.file is not None
    ending = next(
        (kind.endings[0] for kind in KINDS.values() if kind.media_type == found.file.media_type), ""
    )
    return file_response(found.file, f"{one.number}-{found.pk}{ending}")


@require_POST
@needs("refer")
def paper_remove(request: SignedIn, pk: int, paper: int) -> HttpResponse:
    opened(request, pk)
    found = get_object_or_404(
        ReferralPaper.objects.visible_to(request.user).filter(item__referral=pk), pk=paper
    )
    step(
        request,
        lambda: papers.remove(paper_id=found.pk, by=request.user, at=timezone.now()),
        "It is taken out.",
    )
    return redirect("referral_item", pk=pk, item=found.item_id)


def step(request: SignedIn, act: Callable[[], Any], done: str) -> None:
    """One step without a form of its own: done, or refused in words on the page it came from."""
    try:
        act()
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


def _step(request: SignedIn, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
    opened(request, pk)
    step(request, lambda: act(referral_id=pk, by=request.user, at=timezone.now()), done)
    return redirect("referral", pk=pk)


@require_POST
@needs("refer")
def ask_sign(request: SignedIn, pk: int) -> HttpResponse:
    return _step(
        request, pk, sending.ask_to_sign, "The head teacher finds it on their first page, ready to sign."
    )


@require_POST
@needs("sign")
def sign(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, sending.sign, "You signed the referral. It can be sent now.")


@require_POST
@needs("refer")
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, sending.reopen, "You can write on. The head teacher signs it anew.")


@require_POST
@needs("refer")
def submit(request: SignedIn, pk: int) -> HttpResponse:
    return _step(
        request, pk, sending.submit, "The referral is sent. You are told here and by e-mail what becomes of it."
    )  # fmt: skip


@require_POST
@needs("refer")
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    one, form = opened(request, pk), WithdrawForm(request.POST)
    if form.is_valid() and _done(
        form,
        lambda: sending.withdraw(
            referral_id=pk, because=form.cleaned_data["because"], by=request.user, at=timezone.now()
        ),
    ):
        messages.success(request, "The referral is withdrawn.", extra_tags=f"referral-{pk}-withdraw")
        return redirect("referral", pk=pk)
    return page(request, one, withdraw=form)
