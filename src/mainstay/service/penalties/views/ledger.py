"""What was issued to whom over time: the tab of the child's page, and the ledger of a parent."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.penalties.queries import ledger, names
from mainstay.service.penalties.queries import notices as shown
from mainstay.service.record import access, frame
from mainstay.service.record.access import child_page

IN_HAND = (Notice.State.DRAFT, Notice.State.PROPOSED, Notice.State.APPROVED)


@child_page("notices", "see_notices")
def pupil_notices(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """The ledger of each parent for this child, and what is in hand; a school reads what became of its requests."""
    user, today = request.user, timezone.localdate()
    mine = Notice.objects.visible_to(user).filter(pupil=pupil).select_related(*shown.SHOWN_WITH)
    service = names.shows_parents(user)
    context = {
        **frame.page(pupil, user, "notices"),
        "service": service,
        "in_hand": shown.rows(mine.filter(state__in=IN_HAND).order_by("-pk"), user, today) if service else [],
        "issued": [] if service else shown.rows(mine.issued().order_by("-issued_on", "-pk"), user, today),
        "ledger": ledger.of_child(pupil, today).all if service else [],
        "requests": list(
            NoticeRequest.objects.visible_to(user).filter(pupil=pupil).order_by("-made_at", "-pk")[:20]
        ),
        "may_ask": user.may("request_notice") and frame.is_present(pupil, user),
    }
    return render(request, "penalties/pupil_notices.jinja", context)


@require_safe
@needs("see_notices")
def parent_notices(request: SignedIn, pk: int) -> HttpResponse:
    """One parent with each of their children in view; a restricted child whose record is shut by initials alone.

    404 for a school, and for a parent none of whose children may be read here.
    """
    user, today = request.user, timezone.localdate()
    parent = get_object_or_404(Parent, pk=pk)
    if not names.shows_parents(user):
        raise Http404
    seen = list(Pupil.objects.visible_to(user).filter(pk__in=ledger.children_of(parent)).order_by("key"))
    opened = access.opened_by(user, [pupil.pk for pupil in seen if pupil.restricted])
    read = [pupil for pupil in seen if not pupil.restricted or pupil.pk in opened]
    if not read:
        raise Http404
    for pupil in read:
        access.log_read(request, pupil, page="parent's notices")
    found = ledger.of_parent(parent, [pupil.pk for pupil in read], today)
    context = {
        "parent": parent,
        "ledger": sorted(found.all, key=lambda one: one.pupil.key),
        "shut": [pupil.initials for pupil in seen if pupil not in read],
    }
    return render(request, "penalties/parent_notices.jinja", context)
