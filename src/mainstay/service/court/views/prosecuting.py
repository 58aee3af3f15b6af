"""P2 to P7: the steps of one prosecution, each on a page of its own."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused, missing_of
from mainstay.service.common.ui.forms import Choice
from mainstay.service.common.uploads.store import file_response
from mainstay.service.court import charging, papers, values
from mainstay.service.court import forms_prosecuting as forms
from mainstay.service.court.actions import issuing, stopping, testing
from mainstay.service.court.models import Prosecution
from mainstay.service.court.opening import of_prosecution
from mainstay.service.court.queries.advice import opinion_on
from mainstay.service.court.queries.prosecutions import reads_privileged
from mainstay.service.court.steps import BEFORE_COURT, PROSECUTION
from mainstay.service.court.views.filling import done, page, typed

METHODS: Final = ["GET", "HEAD", "POST"]
Route = Prosecution.Route


def _at_once(request: SignedIn, one: Prosecution, act: Any, said: str) -> HttpResponse:
    """A button without a form: what is refused is said on the page it leads back to."""
    try:
        act(prosecution_id=one.pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("prosecution", one.pk)


@require_POST
@needs("propose_prosecution")
@of_prosecution("prosecution")
def consider(request: SignedIn, one: Prosecution) -> HttpResponse:
    return _at_once(request, one, testing.link_consideration, "The full code test begins.")


@require_http_methods(METHODS)
@needs("test_prosecution")
@of_prosecution("prosecution")
def defences(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.DefencesForm(typed(request), one=one, asked=charging.facts_of(one).defences)

    def act() -> None:
        testing.ask_defences(prosecution_id=one.pk, asked=form.asked, by=request.user, at=timezone.now())

    if (
        response := done(request, form, act, "The defences are assessed.", "prosecution", one.pk)
    ) is not None:
        return response
    intro = "Ask about every one, before a charge. What is open stops it; absences for which one stands are left out."
    return page(request, one, form, heading="Statutory defences", intro=intro, button="Keep the assessment")


@require_http_methods(METHODS)
@needs("test_prosecution")
@of_prosecution("prosecution code test")
def test(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.CodeTestForm(typed(request), one=one, before=charging.facts_of(one).code_test)

    def act() -> None:
        testing.write_test(prosecution_id=one.pk, test=form.test, by=request.user, at=timezone.now())

    if (response := done(request, form, act, "The test waits for legal.", "prosecution", one.pk)) is not None:
        return response
    intro = "For this defendant alone. The evidence comes first; only then the public interest. Legally privileged."
    return page(request, one, form, heading="Full code test", intro=intro, button="Send it to legal")


@require_http_methods(METHODS)
@needs("review_code_test")
@of_prosecution("prosecution code test")
def review(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.ReviewForm(typed(request))

    def act() -> None:
        testing.review_test(
            prosecution_id=one.pk, agrees=form.cleaned_data["agrees"] == "yes", because=form.cleaned_data["because"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (response := done(request, form, act, "It is recorded.", "prosecution", one.pk)) is not None:
        return response
    return page(
        request, one, form, "review", test=charging.facts_of(one).code_test, factors=testing.FACTORS,
        asked=charging.facts_of(one).defences, reads=reads_privileged(request.user),
        opinion=opinion_on(one),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("authorise_prosecution")
@of_prosecution("prosecution")
def authorise(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.AuthoriseForm(typed(request))
    if not form.is_bound:
        form.initial = {"delegated_power": values.in_force(timezone.localdate())["delegated_power"]}

    def act() -> None:
        said = dict(form.cleaned_data)
        common: dict[str, Any] = {"prosecution_id": one.pk, "by": request.user, "at": timezone.now()}
        if said.pop("decision") == "refuse":
            testing.refuse(reasons=said["reasons"], **common)
        else:
            testing.authorise(**said, **common)

    if (
        response := done(request, form, act, "Your decision is recorded.", "prosecution", one.pk)
    ) is not None:
        return response
    words = testing.may_not_authorise(one, request.user)
    return page(
        request, one, form, heading="Authorise the prosecution", intro=words, button="Record the decision",
    )  # fmt: skip


@require_POST
@needs("prosecute")
@of_prosecution("prosecution")
def evidence_ready(request: SignedIn, one: Prosecution) -> HttpResponse:
    return _at_once(request, one, testing.evidence_ready, "The evidence is complete.")


def _charge_form(request: SignedIn, one: Prosecution) -> tuple[forms.ChargeForm, charging.Draft]:
    today = timezone.localdate()
    as_issued, of = charging.draft(one, today), values.in_force(today)
    asked = missing_of([PROSECUTION[step] for step in issuing.STEP_OF.values()], one)
    missing = {route: asked[step] for route, step in issuing.STEP_OF.items()}
    routes = [(r.value, Choice(r.label, hint=" ".join(missing[r]))) for r in Route]
    initial = {
        "wording": charging.wording(one, as_issued, of),
        "facts": charging.statement_of_facts(one, as_issued),
        "route": next((r.value for r in Route if not missing[r]), None),
        "method": papers.METHODS[0][0],
    }
    return forms.ChargeForm(typed(request), routes=routes, initial=initial), as_issued


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("prosecution")
def charge(request: SignedIn, one: Prosecution) -> HttpResponse:
    """The charge builder: routes with what stands against each, wording, facts; looked at as a PDF before it is issued."""
    if one.state != Prosecution.State.READY or one.case.pupil.date_of_birth is None:
        messages.error(request, "The charge is issued once the evidence is complete, and only once.")
        return redirect("prosecution", one.pk)
    form, as_issued = _charge_form(request, one)
    if request.POST.get("do") == "look" and form.is_valid():
        try:
            pdf = papers.preview(one, form.charge, request.user)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponse(pdf, content_type="application/pdf")

    def act() -> None:
        issuing.issue(prosecution_id=one.pk, charge=form.charge, by=request.user, at=timezone.now())

    if request.POST.get("do") != "look":
        response = done(request, form, act, "The charge is issued and served.", "prosecution", one.pk)
        if response is not None:
            return response
    public = charging.wording(one, as_issued, values.in_force(timezone.localdate()), public=True)
    return page(
        request, one, form, "charge", draft=as_issued, answer=as_issued.answer.as_dict(), public=public
    )


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("prosecution")
def reply(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.ReplyForm(typed(request))

    def act() -> None:
        issuing.reply(prosecution_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := done(request, form, act, "The reply is recorded.", "prosecution", one.pk)) is not None:
        return response
    intro = "Guilty, or no reply once the time is over: decided on the papers. Not guilty, or asking for a hearing: heard in court."
    return page(request, one, form, heading="The defendant’s reply", intro=intro, button="Record the reply")


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("prosecution")
def certify(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = forms.CertifyForm(typed(request))

    def act() -> None:
        issuing.certify(prosecution_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := done(request, form, act, "The certificate is made.", "prosecution", one.pk)) is not None:
        return response
    intro = "For the court: who served the papers, how, where and when. Sign it once it is printed."
    return page(
        request, one, form, heading="Certificate of service", intro=intro, button="Make the certificate"
    )


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("prosecution")
def summons(request: SignedIn, one: Prosecution) -> HttpResponse:
    """What the court answered to the application: the summons, which is served on the parent."""
    if one.state != Prosecution.State.SUMMONS:
        messages.error(request, "A summons is recorded after it was applied for, and only once.")
        return redirect("prosecution", one.pk)
    form = forms.SummonsForm(typed(request), request.FILES if request.method == "POST" else None)

    def act() -> None:
        issuing.summons_issued(
            prosecution_id=one.pk, summons=form.summons, by=request.user, at=timezone.now()
        )

    said = "The summons is recorded and served."
    if (response := done(request, form, act, said, "prosecution", one.pk)) is not None:
        return response
    intro = "A letter in plain words is made for the parent, with the charge and the facts. Put the court’s summons with it."
    return page(
        request, one, form, heading="The summons", intro=intro, button="Record it and make the letter"
    )


@require_safe
@needs("prosecute")
@of_prosecution("summons")
def summons_file(request: SignedIn, one: Prosecution) -> HttpResponseBase:
    """The court's own paper."""
    if one.summons_file is None:
        raise Http404
    return file_response(one.summons_file, f"summons-{one.number}")


@require_http_methods(METHODS)
@needs("test_prosecution")
@of_prosecution("prosecution")
def stop(request: SignedIn, one: Prosecution) -> HttpResponse:
    if one.state in BEFORE_COURT:
        return redirect("court_discontinue", one.pk)
    form = forms.StopForm(typed(request))

    def act() -> None:
        stopping.stop(prosecution_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    said = "The prosecution is stopped."
    if (response := done(request, form, act, said, "prosecution", one.pk)) is not None:
        return response
    heading = "Stop the prosecution"
    return page(request, one, form, heading=heading, intro="", button=heading)
