"""The desk where the council writes what its public pages say."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column
from mainstay.service.public import markup, texts
from mainstay.service.public.actions import texts as actions
from mainstay.service.public.forms import RestoreForm, TextForm
from mainstay.service.public.models import PublicText
from mainstay.service.public.queries.forms import open_forms

GET_POST = ["GET", "HEAD", "POST"]
COLUMNS = (
    Column("title", "Page"), Column("language", "Language"), Column("state", "Words"), Column("by", "Last changed"),
)  # fmt: skip


def _rows() -> Iterator[dict[str, Any]]:
    """Each text in English, and in each other language it has been written in."""
    names, theirs = texts.languages(), texts.published()
    for key in texts.TEXTS:
        for language in names:
            row = theirs.get((key, language))
            if row is None and language != texts.ENGLISH:
                continue
            title = row.title if row else texts.shipped(key).title
            yield {"key": key, "tag": language, "title": title, "language": names[language], "row": row}


@require_safe
@needs("edit_public")
def texts_list(request: SignedIn) -> HttpResponse:
    rows = list(_rows())
    context = {"table": {"rows": rows, "columns": COLUMNS}, "total": len(rows)}
    return render(request, "public/texts.jinja", context)


@require_safe
@needs("edit_public")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    header = ["Page", "Language", "Version", "Changed by", "Changed at", "Reason", "Words"]
    rows = (
        [row["title"], row["language"], own.number if own else 0, own.by.name if own else texts.SHIPPED,
         own.at if own else None, own.reason if own else "", own.text if own else texts.shipped(row["key"]).text]
        for row in _rows() for own in [row["row"]]
    )  # fmt: skip
    return export_response(kind, "public-texts", header, rows)


def _known(key: str, language: str) -> texts.Text | None:
    if key not in texts.TEXTS or language not in texts.languages():
        raise Http404
    return texts.one(key, language)


def _page(key: str, language: str) -> dict[str, Any]:
    return {"key": key, "language": language, "language_name": texts.languages()[language]}


@require_safe
@needs("edit_public")
def one(request: SignedIn, key: str, language: str) -> HttpResponse:
    """What a text says now, and every version before."""
    now, today = _known(key, language), timezone.localdate()
    versions = list(PublicText.objects.filter(key=key, language=language).select_related("by"))
    shown = now or texts.current()[key]
    context = {
        **_page(key, language),
        "now": now,
        "title": shown.title,
        "shown": markup.show(shown.text, markup.fill(today), today),
        "versions": versions,
        "public": bool(texts.TEXTS[key]),
        "languages": list(texts.languages().items()),
    }
    return render(request, "public/text.jinja", context)


@require_http_methods(GET_POST)
@needs("edit_public")
def edit(request: SignedIn, key: str, language: str) -> HttpResponse:
    """Write a new version; looked at first, then published."""
    now, today = _known(key, language), timezone.localdate()
    begun = now or texts.current()[key]
    initial = {"title": begun.title, "text": begun.text, "after": now.number if now else 0}
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    kept = f"public-text-{key}-{language}"
    form.fields["text"].widget.attrs["data-autosave-key"] = kept
    preview = None
    if form.is_valid():
        said = form.cleaned_data
        if request.POST.get("action") == "publish":
            try:
                actions.publish(key=key, language=language, by=request.user, at=timezone.now(), **said)
            except StepRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Published. Everybody reads the new words now.", extra_tags=kept)
                return redirect("public_text", key, language)
        else:
            preview = (said["title"], markup.show(said["text"], markup.fill(today), today))
    context = {
        **_page(key, language), "form": form, "preview": preview, "placeholders": list(markup.placeholders()),
        "pages": [name for name in texts.TEXTS if texts.TEXTS[name]],
        "forms": open_forms(),
    }  # fmt: skip
    return render(request, "public/text_edit.jinja", context, status=400 if form.errors else 200)


@require_http_methods(GET_POST)
@needs("edit_public")
def version(request: SignedIn, key: str, language: str, number: int) -> HttpResponse:
    """An earlier version, and putting it back."""
    now, today = _known(key, language), timezone.localdate()
    found = texts.version(key, language, number) if number < 2**31 else None
    if found is None:
        raise Http404
    last = now.number if now else 0
    form = RestoreForm(request.POST if request.method == "POST" else None, initial={"after": last})
    if form.is_valid():
        try:
            actions.restore(
                key=key, language=language, number=number, by=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Put back. Everybody reads it again.")
            return redirect("public_text", key, language)
    context = {
        **_page(key, language), "found": found, "shown": markup.show(found.text, markup.fill(today), today),
        "form": form, "is_now": number == last,
    }  # fmt: skip
    return render(request, "public/text_version.jinja", context, status=400 if form.errors else 200)
