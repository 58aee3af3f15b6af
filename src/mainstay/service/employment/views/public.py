"""The public forms: one thing a page, saved part-way with a code. Nothing tells whether a child or an employer is known."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.law.employment import clock_time, hours_words
from mainstay.service.accounts.open_pages import open_page, trapped, within
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import EVIDENCE, FileRefused
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.employment.actions import applying, drafting
from mainstay.service.employment.forms.fields import PageForm
from mainstay.service.employment.forms.pages import PUBLIC
from mainstay.service.employment.models import Draft, Permit
from mainstay.service.employment.models.base import Source
from mainstay.service.employment.values import in_force

GET_POST: Final = ["GET", "HEAD", "POST"]
#: our own choices: nobody reads and fills in a form in less; forms begun, sent and codes tried from one address an hour
LEAST_SECONDS: Final = 15
BEGUN, SENT, TRIED = 30, 12, 20
_FILE: Final = "_file"
FORMS: Final = {
    "permit": ("Apply for a child’s employment permit", "For employers, before a child of school age begins to work.",
               ("It takes about ten minutes. You need the child’s date of birth, the hours by day, your insurance, a risk "
               "assessment, and a parent’s signature.")),
    "licence": ("Apply for a child’s performance licence", "For producers, at least 21 days before the first performance.",
                ("It takes about fifteen minutes. You need each day with its times, who looks after the child, and a parent’s "
                "signature.")),
    "report": ("Report a child at work", "For anybody who is worried about a child’s work.",
               "It takes about three minutes."),
}  # fmt: skip
View = Callable[..., HttpResponseBase]


def form_page(view: View) -> View:
    """An open page of one of the forms; 404 for a form that is none."""

    @wraps(view)
    def shown(request: HttpRequest, form: str, **more: Any) -> HttpResponseBase:
        if form not in PUBLIC:
            raise Http404
        return view(request, form, **more)

    return open_page(shown)


def _draft(request: HttpRequest, form: str) -> Draft | None:
    pk = request.session.get("employment_drafts", {}).get(form)
    return Draft.objects.filter(pk=pk, form=form).first() if pk else None


def _hold(request: HttpRequest, draft: Draft) -> None:
    if not request.session.session_key:
        request.session.cycle_key()
    request.session["employment_drafts"] = {
        **request.session.get("employment_drafts", {}),
        draft.form: draft.pk,
    }


def _let_go(request: HttpRequest, form: str) -> None:
    held = dict(request.session.get("employment_drafts", {}))
    held.pop(form, None)
    request.session["employment_drafts"] = held


def _context(which: str, **more: Any) -> dict[str, Any]:
    title, intro, needed = FORMS[which]
    return {"which": which, "form_title": title, "form_intro": intro, "needed": needed, **more}


def _kept_for() -> str:
    """How long a form waits for its code, in words."""
    return plural(in_force(timezone.localdate())["draft_days"], "day")


@require_http_methods(GET_POST)
@form_page
def start(request: HttpRequest, form: str) -> HttpResponse:
    """What it is for. POST begins it, and shows the code once."""
    if request.method != "POST":
        return render(
            request,
            "employment/public/start.jinja",
            _context(form, draft=_draft(request, form), kept_for=_kept_for()),
        )
    if not within(request, "employment-begun", BEGUN):
        return render(request, "employment/public/too_many.jinja", _context(form), status=429)
    if trapped(request):
        return render(request, "employment/public/sent.jinja", _context(form, number=""))
    draft, code = drafting.begin(form=form, at=timezone.now())
    _hold(request, draft)
    first = next(iter(PUBLIC[form]))
    return render(
        request, "employment/public/code.jinja", _context(form, code=code, first=first, kept_for=_kept_for())
    )


@require_http_methods(GET_POST)
@form_page
def resume(request: HttpRequest, form: str) -> HttpResponse:
    """Go on with a saved form by its code."""
    error = ""
    if request.method == "POST":
        if not within(request, "employment-tried", TRIED):
            return render(request, "employment/public/too_many.jinja", _context(form), status=429)
        draft = drafting.find(form=form, code=request.POST.get("code", "")[:40])
        if draft is not None:
            _hold(request, draft)
            return redirect("employment_form_check", form=form)
        error = (
            "No saved form fits this code. It is kept for some weeks only, and ends when the form is sent."
        )
    return render(
        request, "employment/public/resume.jinja", _context(form, error=error), status=400 if error else 200
    )


def _form_of(draft: Draft, page: str, request: HttpRequest | None = None, more: bool = False) -> PageForm:
    """A page's form, with what is typed now or was typed before. more: with further lines for days."""
    kind = PUBLIC[draft.form][page]
    facts = _facts(draft) if kind.drawn else None
    said: dict[str, Any] = {"facts": facts, "public": True}
    if kind.drawn == "days":
        said["more"] = more
    if request is not None and request.method == "POST":
        return kind(request.POST, request.FILES, **said)
    kept = draft.data.get(page)
    return kind(_query(kept) if kept is not None else None, **said)


def _query(kept: dict[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, several in kept.items():
        if name != _FILE:
            query.setlist(name, several)
    return query


def _facts(draft: Draft) -> SimpleNamespace | None:
    """What the law looks at beside the hours; None until the child and the work are written."""
    second = "work" if draft.form == "permit" else "performance"
    child, work = (_form_of(draft, page) for page in ("child", second))
    if not (child.is_valid() and work.is_valid()):
        return None
    said, born_on = work.said(), child.cleaned_data["born_on"]
    if draft.form == "licence":
        by_plan = (draft.data.get("care") or {}).get("education_by_plan") == ["yes"]
        names = ("regulated", "payment", "absence", "by_school", "kind")
        return SimpleNamespace(born_on=born_on, by_plan=by_plan, **{name: said[name] for name in names})
    return SimpleNamespace(
        born_on=born_on,
        starts_on=said["starts_on"],
        work=said["work"],
        regime=Permit.Regime.CYPA,
    )


@require_http_methods(GET_POST)
@form_page
def page(request: HttpRequest, form: str, page: str) -> HttpResponse:
    """One page. POST keeps it and goes on."""
    draft = _draft(request, form)
    if page not in PUBLIC[form]:
        raise Http404
    if draft is None:
        return redirect("employment_form", form=form)
    more = "more" in (request.POST if request.method == "POST" else request.GET)
    filled = _form_of(draft, page, request, more)
    if request.method == "POST" and filled.is_valid():
        typed = {
            name: request.POST.getlist(name)
            for name in request.POST
            if name in filled.fields or _part_of(name, filled)
        }
        upload = filled.cleaned_data.get("risk_upload")
        try:
            typed[_FILE] = _kept(upload, draft, page)
        except FileRefused as refusal:
            filled.add_error("risk_upload", f"The file cannot be kept: {refusal}")
        else:
            drafting.keep(draft=draft, page=page, typed=typed, at=timezone.now())
            unread = _mark(filled) not in ("", request.POST.get("noted", ""))
            return redirect(_after(form, page, more, unread=unread))
    if request.method != "POST":
        filled.is_valid()
    names = list(PUBLIC[form])
    context = _context(form, form=filled, page=page, number=names.index(page) + 1, of=len(names),
                       before=names[names.index(page) - 1] if names.index(page) else "", noted=_mark(filled),
                       has_file=bool((draft.data.get(page) or {}).get(_FILE)))  # fmt: skip
    wrong = request.method == "POST"
    return render(request, "employment/public/page.jinja", context, status=400 if wrong else 200)


def _mark(filled: PageForm) -> str:
    """Stands for the notes that are shown, so that each is read once before it goes on; "" without any."""
    return hashlib.sha256("\n".join(filled.notes).encode()).hexdigest()[:16] if filled.notes else ""


def _after(form: str, page: str, more: bool, *, unread: bool) -> str:
    """Where it goes on: the same page for more lines or notes not read yet, the next one, or the check."""
    here = reverse("employment_form_page", kwargs={"form": form, "page": page})
    if more or unread:
        return f"{here}?more=1" if more else here
    if following := _next(form, page):
        return reverse("employment_form_page", kwargs={"form": form, "page": following})
    return reverse("employment_form_check", kwargs={"form": form})


def _part_of(name: str, filled: PageForm) -> bool:
    """Dates come as three boxes."""
    return name.rpartition("_")[0] in filled.fields


def _kept(upload: Any, draft: Draft, page: str) -> Any:
    if not upload:
        return (draft.data.get(page) or {}).get(_FILE)
    return store.keep(upload, allowed=EVIDENCE, by=None, at=timezone.now()).pk


def _next(form: str, page: str) -> str:
    names = list(PUBLIC[form])
    at = names.index(page) + 1
    return names[at] if at < len(names) else ""


@require_http_methods(GET_POST)
@form_page
def check(request: HttpRequest, form: str) -> HttpResponse:
    """Everything typed, page by page. POST sends it."""
    draft = _draft(request, form)
    if draft is None:
        return redirect("employment_form", form=form)
    filled = {name: _form_of(draft, name) for name in PUBLIC[form]}
    right = {name: name in draft.data and one.is_valid() for name, one in filled.items()}
    refused = ""
    if request.method == "POST" and all(right.values()):
        if trapped(request):
            _let_go(request, form)
            return render(request, "employment/public/sent.jinja", _context(form, number=""))
        if not within(request, "employment-sent", SENT):
            return render(request, "employment/public/too_many.jinja", _context(form), status=429)
        if timezone.now() - draft.begun_at < timedelta(seconds=LEAST_SECONDS):
            refused = "That was very quick. Look at what you wrote once more, then send it."
        else:
            try:
                number = _send(draft, filled)
            except StepRefused as refusal:
                refused = str(refusal)
            else:
                _let_go(request, form)
                return render(request, "employment/public/sent.jinja", _context(form, number=number))
    parts = [
        {"page": name, "title": one.title, "done": right[name], "rows": _shown(one) if right[name] else []}
        for name, one in filled.items()
    ]
    context = _context(form, parts_=parts, complete=all(right.values()), refused=refused)
    return render(
        request, "employment/public/check.jinja", context, status=400 if request.method == "POST" else 200
    )


def _send(draft: Draft, filled: dict[str, PageForm]) -> str:
    """Make the application or report, and forget the draft; its number."""
    said: dict[str, Any] = {}
    for name, one in filled.items():
        said |= one.said()
        if file := (draft.data.get(name) or {}).get(_FILE):
            said["risk_file"] = StoredFile.objects.get(pk=file)
    if draft.form == "report":
        made: Any = applying.report(said=said, source=Source.PUBLIC, at=timezone.now())
    else:
        made = applying.apply(kind=draft.form, said=said, source=Source.PUBLIC, at=timezone.now())
    draft.delete()
    return str(made.number)


def _shown(one: PageForm) -> list[dict[str, Any]]:
    """What was typed, for a summary list."""
    from mainstay.service.common.ui.filters import long_date
    from mainstay.service.employment.papers import week_rows

    said = one.cleaned_data
    if one.drawn == "hours":
        return [
            {"key": f"{heading}: {day}", "value": hours}
            for week, heading in (("school_week", "With school"), ("free_week", "Without school"))
            for day, hours, _ in week_rows(said[week])
        ]
    if one.drawn == "days":
        others = [long_date(date.fromisoformat(day)) for day in said["declared"]]
        return [
            *({"key": long_date(day["on"]), "value": _day(day)} for day in sorted(said["days"], key=itemgetter("on"))),
            {"key": "Other days in the six months before", "value": ", ".join(others) or "None"},
            *({"key": "To look at again", "value": note} for note in one.notes),
        ]  # fmt: skip
    rows = []
    for name, field in one.fields.items():
        value = said.get(name)
        choices = dict(getattr(field, "choices", []) or [])
        if name == "risk_upload" or value in (None, "", []):
            continue
        if isinstance(value, bool):
            words = "Yes" if value else "No"
        elif isinstance(value, list):
            words = "; ".join(map(str, value))
        elif hasattr(value, "year"):
            words = long_date(value)
        else:
            words = str(choices.get(value, value))
        rows.append({"key": field.label, "value": words})
    return rows


def _day(day: dict[str, Any]) -> str:
    """One day of a performance in words."""
    parts = [
        f"there {clock_time(day['arrives'])} to {clock_time(day['leaves'])}",
        f"performing {hours_words(day['acting'])}",
        f"lessons {hours_words(day['lessons'])}" if day["lessons"] else "no lessons",
        "a school day" if day["school_day"] else "not a school day",
    ]
    return ", ".join(parts)


@require_safe
@form_page
def leave(request: HttpRequest, form: str) -> HttpResponse:
    """Forget the form in this browser; it is found again by its code."""
    _let_go(request, form)
    return redirect("employment_form", form=form)
