"""Imports of schools and of pupils with their contacts: looked at first, then stored in one piece."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.models import StoredFile
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.directory.forms import GiasForm, PeopleForm
from mainstay.service.directory.importing import Unreadable, ctf, gias, people_csv
from mainstay.service.directory.importing import people as people_import
from mainstay.service.directory.importing import schools as school_import
from mainstay.service.directory.importing.incoming import PeopleFile
from mainstay.service.directory.models import School, SchoolUrn

SALT = "mainstay.directory.imports"
MOST_SHOWN = 200


def keep(request: SignedIn, file: Any, kinds: set[str]) -> int:
    """Keep an uploaded file, encrypted; its id."""
    return store.keep(file, allowed=kinds, by=request.user, at=timezone.now(), name=file.name).pk


def token_of(request: SignedIn, **said: Any) -> str:
    """What was looked at, signed, so that exactly that is stored and by the same person."""
    return signing.dumps({"by": request.user.pk, **said}, salt=SALT)


def said_in(request: SignedIn) -> dict[str, Any]:
    try:
        said = signing.loads(request.POST["token"], salt=SALT, max_age=4 * 3600)
    except (KeyError, signing.BadSignature):
        raise Unreadable("the preview has expired; choose the file again") from None
    if said["by"] != request.user.pk:
        raise PermissionDenied
    return dict(said)


def content(pk: int | None) -> bytes:
    return store.read(StoredFile.objects.get(pk=pk)) if pk else b""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_schools")
def schools(request: SignedIn) -> HttpResponse:
    """Establishments from GIAS: what would change, then the change."""
    shown: dict[str, Any] = {"form": GiasForm(), "comparison": None, "problem": ""}
    try:
        if request.method == "POST" and "token" in request.POST:
            said = said_in(request)
            comparison = _compare(said["establishments"], said["links"])
            count = school_import.apply(comparison, by=request.user, at=timezone.now())
            messages.success(request, f"{count} schools were added or changed.")
            return redirect("schools")
        if request.method == "POST":
            form = shown["form"] = GiasForm(request.POST, request.FILES)
            if form.is_valid():
                files: dict[str, Any] = {
                    name: keep(request, form.cleaned_data[name], {"csv", "text"})
                    if form.cleaned_data[name]
                    else None
                    for name in ("establishments", "links")
                }
                shown["comparison"] = _compare(**files)
                shown["token"] = token_of(request, **files)
    except (Unreadable, FileRefused) as problem:
        shown["problem"] = str(problem)
    failed = request.method == "POST" and shown["comparison"] is None
    shown["most"] = MOST_SHOWN
    return render(request, "directory/schools_import.jinja", shown, status=400 if failed else 200)


def _compare(establishments: int, links: int | None) -> school_import.Comparison:
    known = SchoolUrn.objects.values_list("urn", flat=True)
    extract = gias.read(content(establishments), la=settings.CONFIG.la_code, known_urns=known)
    if not extract.establishments and not extract.refusals:
        raise Unreadable(
            f"the file holds no school of authority {settings.CONFIG.la_code}; "
            "check that it is the establishments file of the right area"
        )
    return school_import.compare(extract, gias.read_links(content(links)) if links else ())


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import_registers")
def people(request: SignedIn) -> HttpResponse:
    """Pupils and contacts from a transfer file or a CSV: what would change, then the change."""
    shown: dict[str, Any] = {
        "form": PeopleForm(user=request.user),
        "outcome": None,
        "done": False,
        "problem": "",
    }
    try:
        if request.method == "POST" and "token" in request.POST:
            said = said_in(request)
            file, chosen = _people_file(said["file"], said["name"]), _chosen(request, said["school"])
            shown["outcome"] = people_import.apply(file, chosen=chosen, by=request.user, at=timezone.now())
            shown["done"] = True
        elif request.method == "POST":
            form = shown["form"] = PeopleForm(request.POST, request.FILES, user=request.user)
            if form.is_valid():
                sent, chosen = form.cleaned_data["file"], form.cleaned_data["school"]
                kept = keep(request, sent, {"csv", "text", "xml"})
                shown["outcome"] = people_import.preview(_people_file(kept, sent.name), request.user, chosen)
                shown["token"] = token_of(
                    request, file=kept, name=sent.name, school=chosen.pk if chosen else None
                )
    except (Unreadable, FileRefused) as problem:
        shown["problem"] = str(problem)
    if shown["outcome"] is not None:
        shown["rows"] = people_import.rows_of(shown["outcome"])
    failed = request.method == "POST" and shown["outcome"] is None
    shown["most"] = MOST_SHOWN
    return render(request, "directory/people_import.jinja", shown, status=400 if failed else 200)


def _people_file(pk: int, name: str) -> PeopleFile:
    data, today = content(pk), timezone.localdate()
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] == b"<":
        return ctf.read(data, today=today)
    return people_csv.read(data, name=name, today=today)


def _chosen(request: SignedIn, pk: int | None) -> School | None:
    return School.objects.visible_to(request.user).filter(pk=pk).first() if pk else None
