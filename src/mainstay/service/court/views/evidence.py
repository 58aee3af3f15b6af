"""Certificates of attendance and statements of witnesses: asked for, looked at, signed by those who make them."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance import certified
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.models import StoredFile
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import file_response
from mainstay.service.court import opening, places
from mainstay.service.court.actions import certificates, witnesses
from mainstay.service.court.forms_bundles import (
    ASKED,
    AskedFilter,
    AskSchoolForm,
    CertifyForm,
    DeclareForm,
    EncloseForm,
    ExplainForm,
    ScanForm,
    TakeForm,
    WithdrawForm,
    WriteForm,
)
from mainstay.service.court.models import Certificate, Prosecution, WitnessStatement
from mainstay.service.court.queries import evidence as shown
from mainstay.service.court.views.bundles import View, done, moment
from mainstay.service.court.words import DECLARATION
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Statement
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("what", "What", nowrap=True),
    Column("child", "Child"),
    Column("school", "School"),
    Column("asked", "Asked", nowrap=True),
    Column("due", "By", nowrap=True),
    Column("state", "State"),
)


def of_asked(model: Any, page: str) -> Callable[[View], View]:
    """A certificate or statement in view, its child's record open to this person; the reading is logged."""

    def decorate(view: View) -> View:
        @wraps(view)
        def found(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            rows = model.objects.visible_to(request.user)
            one = get_object_or_404(
                model.objects.filter(pk__in=rows.order_by().values("pk")).select_related(
                    "prosecution__case__pupil__school",
                    "school",
                    "asked_by",
                    "signed_by",
                    "document__file",
                    "scan",
                ),
                pk=pk,
            )
            pupil = one.prosecution.case.pupil
            reads = request.method in ("GET", "HEAD")
            if not access.may_open(request.user, pupil):
                if not reads or request.user.is_school_user:
                    raise Http404
                return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
            if reads:
                access.log_read(request, pupil, page=page)
            return view(request, one, **more)

        return found

    return decorate


# asked for, from the page of the prosecution


@require_http_methods(["GET", "HEAD", "POST"])
@needs("test_prosecution")
@opening.of_prosecution("certificate")
def ask_certificate(request: SignedIn, one: Prosecution) -> HttpResponse:
    school = one.school
    if school is None:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(
        request, lambda: certificates.ask(prosecution_id=one.pk, school=school, **moment(request)),
        "The marks are frozen, and the head teacher is asked to sign.", form,
    ):  # fmt: skip
        return redirect("prosecution", pk=one.pk)
    words = f"The marks of {school.name} are frozen as they are now, and its head teacher is asked to sign."
    return _asking(
        request, one, form, "Ask for a certificate of attendance", "Freeze the marks and ask", words
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("test_prosecution")
@opening.of_prosecution("statement of the school")
def ask_statement(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = AskSchoolForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(
        request, lambda: witnesses.ask_school(prosecution_id=one.pk, **form.cleaned_data, **moment(request)),
        "The school is asked.", form,
    ):  # fmt: skip
        return redirect("prosecution", pk=one.pk)
    heading = "Ask the school for a statement"
    return _asking(request, one, form, heading, "Ask the school")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("test_prosecution")
@opening.of_prosecution("statement taken")
def take_statement(request: SignedIn, one: Prosecution) -> HttpResponse:
    drafts = Statement.objects.filter(pupil=one.case.pupil_id, version__gt=0).select_related("witness")
    form = TakeForm(request.POST if request.method == "POST" else None, statements=drafts)
    if form.is_valid() and done(
        request, lambda: witnesses.take(prosecution_id=one.pk, **form.cleaned_data, **moment(request)),
        "The statement is taken: its witness signs it.", form,
    ):  # fmt: skip
        return redirect("prosecution", pk=one.pk)
    return _asking(request, one, form, "Take a drafted statement", "Take it")


def _asking(
    request: SignedIn, one: Prosecution, form: forms.Form, heading: str, button: str, words: str = ""
) -> HttpResponse:
    context = {
        "one": one, "child": frame.identity(one.case.pupil, request.user), "form": form, "heading": heading, "button": button,
        "words": words,
    }  # fmt: skip
    return render(request, "court/evidence/ask.jinja", context, status=400 if form.is_bound else 200)


# what is asked of a school


@require_safe
@needs("see_cases")
def asked(request: SignedIn) -> HttpResponse:
    """What this person's schools are asked for; of the service: what waits at schools."""
    page = listing(
        shown.asked(request.user, AskedFilter(request.GET).wanted), request.GET, COLUMNS, page_size=50
    )
    context = {
        "page": replace(page, rows=shown.asked_rows(page.rows)), "exports": exports(request, "evidence_asked_export"),
        "wanted": AskedFilter(request.GET).wanted, "states": ASKED,
        "places": [] if request.user.is_school_user else places.tabs(request.user, "evidence_asked"),
    }  # fmt: skip
    return render(request, "court/evidence/asked.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    access.log_list(request, "evidence asked export")
    page = listing(
        shown.asked(request.user, AskedFilter(request.GET).wanted), request.GET, COLUMNS, page_size=MOST_ROWS
    )
    rows = ([row[c.key] for c in COLUMNS] for row in shown.asked_rows(page.rows))
    return export_response(kind, "evidence-asked", tuple(c.text for c in COLUMNS), rows)


# certificates


@require_safe
@needs("see_cases")
@of_asked(Certificate, "certificate")
def certificate(request: SignedIn, one: Certificate) -> HttpResponse:
    return _certificate(request, one)


@require_safe
@needs("see_cases")
@of_asked(Certificate, "certificate figures")
def figures(request: SignedIn, one: Certificate) -> HttpResponse:
    """Where each figure comes from: its sessions, and of each session the file and the changes."""
    wanted = request.GET.get("figure", "unauthorised")
    wanted = wanted if wanted in certified.FIGURES else "unauthorised"
    context = {
        "one": one,
        "child": frame.identity(one.prosecution.case.pupil, request.user),
        "tabs": shown.figure_tabs(one, wanted),
        "figure": certified.FIGURES[wanted],
        "rows": shown.session_rows(one, wanted),
        "sources": shown.sources(one),
        "columns": shown.SESSIONS,
    }
    return render(request, "court/evidence/figures.jinja", context)


@require_POST
@needs("sign")
@of_asked(Certificate, "certificate")
def sign_certificate(request: SignedIn, one: Certificate) -> HttpResponse:
    form = CertifyForm(request.POST)
    if form.is_valid() and done(
        request, lambda: certificates.sign(certificate_id=one.pk, **form.cleaned_data, **moment(request)),
        "You have signed the certificate. Thank you.", form,
    ):  # fmt: skip
        return redirect("certificate", pk=one.pk)
    return _certificate(request, one, sign=form)


@require_POST
@needs("give_evidence")
@of_asked(Certificate, "certificate")
def scan_certificate(request: SignedIn, one: Certificate) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid() and done(
        request, lambda: certificates.sign_on_paper(certificate_id=one.pk, **form.cleaned_data, **moment(request)),
        "The signed certificate is kept.", form,
    ):  # fmt: skip
        return redirect("certificate", pk=one.pk)
    return _certificate(request, one, scan=form)


@require_POST
@needs("give_evidence")
@of_asked(Certificate, "certificate")
def explain(request: SignedIn, one: Certificate) -> HttpResponse:
    form = ExplainForm(request.POST)
    if form.is_valid() and done(
        request, lambda: certificates.explain(certificate_id=one.pk, **form.cleaned_data, **moment(request)),
        "The change is explained.", form,
    ):  # fmt: skip
        return redirect("certificate", pk=one.pk)
    return _certificate(request, one, explain=form)


@require_safe
@needs("see_cases")
@of_asked(Certificate, "certificate file")
def certificate_file(request: SignedIn, one: Certificate) -> HttpResponseBase:
    """As signed; before that as it is to be signed, for a pen."""
    if one.scan is not None and request.GET.get("scan"):
        return _scan(one)
    if one.document is not None:
        return file_response(one.document.file, f"{one.number}.pdf")
    values = certified.printed(one.values, title=certificates.TITLE, mark="NOT SIGNED", signature=[])
    return _pdf(rendering.render("certificate", values), one.number)


def _certificate(request: SignedIn, one: Certificate, **bound: forms.Form) -> HttpResponse:
    user = request.user
    open_ = one.withdrawn_at is None
    head, changes = user.is_school_user and user.may("sign"), shown.changes(one)
    prepares = user.may("give_evidence") and (head or not user.is_school_user)
    context = {
        "one": one,
        "child": frame.identity(one.prosecution.case.pupil, user),
        "state": shown.state(one, changed=bool(changes)),
        "changes": changes,
        "explained": bool(changes) and not certificates.changed(one),
        "totals": shown.totals(one),
        "sign": (bound.get("sign") or CertifyForm())
        if head and open_ and not one.signed_at and not changes
        else None,
        "scan": (bound.get("scan") or ScanForm())
        if prepares and open_ and not one.signed_at and not changes
        else None,
        "explain": (bound.get("explain") or ExplainForm())
        if prepares and open_ and one.signed_at and changes
        else None,
        "may_prosecutions": user.may("see_prosecutions"),
        "forms": list(bound.values()),
    }
    return render(request, "court/evidence/certificate.jinja", context, status=400 if bound else 200)


# statements


@require_safe
@needs("see_cases")
@of_asked(WitnessStatement, "witness statement")
def witness(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    return _statement(request, one)


@require_POST
@needs("give_evidence")
@of_asked(WitnessStatement, "witness statement")
def write(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    form = WriteForm(request.POST)
    if form.is_valid() and done(
        request, lambda: witnesses.write(statement_id=one.pk, **form.cleaned_data, **moment(request)),
        "The words are kept. Read them, then sign.", form,
    ):  # fmt: skip
        return redirect("witness", pk=one.pk)
    one.refresh_from_db(fields=["text", "version"])
    return _statement(request, one, write=form)


@require_POST
@needs("give_evidence")
@of_asked(WitnessStatement, "witness statement")
def enclose(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    form = EncloseForm(request.POST, request.FILES)
    if form.is_valid() and done(
        request,
        lambda: witnesses.enclose(statement_id=one.pk, **form.cleaned_data, **moment(request)),
        "The paper is enclosed.",
        form,
    ):
        return redirect("witness", pk=one.pk)
    return _statement(request, one, enclose=form)


@require_POST
@needs("give_evidence")
@of_asked(WitnessStatement, "witness statement")
def take_out(request: SignedIn, one: WitnessStatement, number: int) -> HttpResponse:
    done(
        request,
        lambda: witnesses.take_out(statement_id=one.pk, number=number, **moment(request)),
        "The paper is taken out.",
    )
    return redirect("witness", pk=one.pk)


@require_safe
@needs("see_cases")
@of_asked(WitnessStatement, "witness paper")
def paper(request: SignedIn, one: WitnessStatement, number: int) -> HttpResponseBase:
    """A paper that a school enclosed."""
    if not 0 <= number < len(one.exhibits) or not one.exhibits[number].get("file"):
        raise Http404
    stored = get_object_or_404(StoredFile, pk=one.exhibits[number]["file"])
    return file_response(stored, f"{one.number}-{number + 1}.{_ENDINGS[stored.media_type]}")


@require_POST
@needs("give_evidence")
@of_asked(WitnessStatement, "witness statement")
def sign_statement(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    form = DeclareForm(request.POST)
    if form.is_valid() and done(
        request, lambda: witnesses.sign(statement_id=one.pk, **form.cleaned_data, **moment(request)),
        "You have signed your statement. Thank you.", form,
    ):  # fmt: skip
        return redirect("witness", pk=one.pk)
    return _statement(request, one, sign=form)


@require_POST
@needs("give_evidence")
@of_asked(WitnessStatement, "witness statement")
def scan_statement(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid() and done(
        request, lambda: witnesses.sign_on_paper(statement_id=one.pk, **form.cleaned_data, **moment(request)),
        "The signed statement is kept.", form,
    ):  # fmt: skip
        return redirect("witness", pk=one.pk)
    return _statement(request, one, scan=form)


@require_POST
@needs("test_prosecution")
@of_asked(WitnessStatement, "witness statement")
def withdraw_statement(request: SignedIn, one: WitnessStatement) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: witnesses.withdraw(statement_id=one.pk, **form.cleaned_data, **moment(request)),
        "It is withdrawn.",
        form,
    ):
        return redirect("prosecution", pk=one.prosecution_id)
    return _statement(request, one, withdraw=form)


@require_safe
@needs("see_cases")
@of_asked(WitnessStatement, "witness file")
def statement_file(request: SignedIn, one: WitnessStatement) -> HttpResponseBase:
    if one.scan is not None and request.GET.get("scan"):
        return _scan(one)
    if one.document is not None:
        return file_response(one.document.file, f"{one.number}.pdf")
    if not one.text:
        raise Http404
    return _pdf(rendering.render("witness_statement", witnesses.printed(one, [])), one.number)


def _statement(request: SignedIn, one: WitnessStatement, **bound: forms.Form) -> HttpResponse:
    user, open_ = request.user, one.withdrawn_at is None and one.signed_at is None
    may = user.may("give_evidence") and open_
    own = may and (user.is_school_user if one.school_id else user.pk == one.witness_id)
    writes = own and one.school_id is not None
    scans = may and bool(one.text) and (own or not user.is_school_user)
    context = {
        "one": one,
        "child": frame.identity(one.prosecution.case.pupil, user),
        "state": shown.state(one),
        "write": (bound.get("write") or WriteForm(initial={"text": one.text, "version": one.version}))
        if writes
        else None,
        "enclose": (bound.get("enclose") or EncloseForm()) if writes else None,
        "sign": (bound.get("sign") or DeclareForm(initial={"version": one.version}))
        if own and one.text
        else None,
        "scan": (bound.get("scan") or ScanForm()) if scans else None,
        "withdraw": (bound.get("withdraw") or WithdrawForm())
        if user.may("test_prosecution") and one.withdrawn_at is None
        else None,
        "declaration": DECLARATION,
        "may_prosecutions": user.may("see_prosecutions"),
        "forms": list(bound.values()),
    }
    return render(request, "court/evidence/witness.jinja", context, status=400 if bound else 200)


_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def _scan(one: Any) -> HttpResponseBase:
    return file_response(one.scan, f"{one.number}-signed.{_ENDINGS[one.scan.media_type]}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
