"""The letters of the service: their wording, its history, and how they look."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import with_query
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents.forms import WordingForm
from mainstay.service.documents.letters import LETTERS, Letter, Slot
from mainstay.service.documents.models import Wording


@require_safe
@needs("see_pupils")
def letters(request: SignedIn) -> HttpResponse:
    """Every letter, and the languages there are sheets in."""
    changed = set(Wording.objects.values_list("template", flat=True).distinct())
    rows = [
        {
            "name": letter.name,
            "url": reverse("letter", args=[template]),
            "purpose": letter.purpose,
            "own": template in changed,
        }
        for template, letter in LETTERS.items()
    ]
    return render(request, "documents/letters.jinja", {"rows": rows, "languages": languages.known()})


def _letter(template: str) -> type[Letter]:
    if template not in LETTERS:
        raise Http404
    return LETTERS[template]


def _slot(template: str, name: str) -> Slot:
    found = next((slot for slot in _letter(template).slots if slot.name == name), None)
    if found is None:
        raise Http404
    return found


@require_safe
@needs("see_pupils")
def letter(request: SignedIn, template: str) -> HttpResponse:
    """One letter: what its slots say, said and will say, and previews."""
    one = _letter(template)
    said = wording.in_force(template, timezone.localdate())
    versions: dict[str, list[Wording]] = {slot.name: [] for slot in one.slots}
    for row in Wording.objects.filter(template=template, slot__in=versions).select_related("by"):
        versions[row.slot].insert(0, row)
    context = {
        "letter": one,
        "slots": [
            {"slot": slot, "text": said[slot.name], "versions": versions[slot.name]} for slot in one.slots
        ],
        "previews": _previews(one),
        "may_edit": request.user.may("edit_wording"),
    }
    return render(request, "documents/letter.jinja", context)


def _previews(one: type[Letter]) -> list[dict[str, Any]]:
    """Each form of the letter, with links to how it looks: as it is, in large print, with a sheet in each language."""
    address = reverse("letter_preview", args=[one.template])
    ways: list[tuple[str, dict[str, str], bool]] = [
        ("As it is posted", {}, True),
        ("Large print", {"large": "yes"}, True),
    ]
    if one.to_families:
        ways += [
            (f"With a sheet in {each.english}", {"language": each.tag}, bool(each.checked))
            for each in languages.known()
        ]
    return [
        {
            "name": name,
            "links": [
                {"text": text, "href": address + with_query({"sample": name, **way}), "checked": checked}
                for text, way, checked in ways
            ],
        }
        for name in one.samples()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_pupils")
def letter_preview(request: SignedIn, template: str) -> HttpResponse:
    """How a letter looks, made of invented people; posted with the words somebody is typing, with those."""
    one = _letter(template)
    samples = one.samples()
    sample = samples.get(request.GET.get("sample", ""), next(iter(samples.values())))
    words = wording.in_force(template, timezone.localdate())
    slot = request.POST.get("slot", "")
    if slot in words:
        try:
            words[slot] = wording.clean(_slot(template, slot), request.POST.get("text", ""))
        except StepRefused as refusal:
            return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
    pdf = rendering.render(
        template, sample.as_values(words), language=request.GET.get("language", languages.ENGLISH),
        large_print=request.GET.get("large") == "yes",
    )  # fmt: skip
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="preview-{template.replace("_", "-")}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_wording")
def letter_slot(request: SignedIn, template: str, slot: str) -> HttpResponse:
    """Change the words of one slot from a day on."""
    one, place, today = _letter(template), _slot(template, slot), timezone.localdate()
    said = wording.in_force(template, today)[slot]
    data = request.POST if request.method == "POST" else None
    form = WordingForm(data, slot=place, initial={"text": said, "since": today})
    if form.is_valid():
        try:
            wording.set_text(
                template=template, slot=slot, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Your words are kept. Look at the preview once more."
            messages.success(request, said, extra_tags=request.path)
            return redirect("letter", template=template)
    context = {"letter": one, "slot": place, "form": form, "samples": list(one.samples())}
    return render(request, "documents/letter_slot.jinja", context, status=400 if form.is_bound else 200)
