"""Letters of a supervision order, made from the row and served: a consultation, a direction, the warning after a breach."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Address, Dated, Parent
from mainstay.service.documents import languages, rendering, runs, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import BY_HAND, NOWHERE, Home, homes
from mainstay.service.documents.letters import (
    Addressee,
    SupervisionConsultation,
    SupervisionDirection,
    SupervisionWarning,
)
from mainstay.service.documents.letters.base import Letter
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.queries import may_read_addresses
from mainstay.service.documents.service import Sending, serve_many
from mainstay.service.orders.models import Breach, Direction, OrderConsultation, SupervisionOrder
from mainstay.service.orders.papers_supervision import ASKED

Sent = tuple[Document, Service]
#: how the paper to an authority goes -> by which method and channel; posted, as the council posts its letters
WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "post": ("", ""), "hand": (Service.Method.HAND, Service.Channel.HAND),
    "other": (Service.Method.OTHER, Service.Channel.EMAIL),
}  # fmt: skip


def send_consultation(row: OrderConsultation, *, way: str, address: str, by: Any, at: datetime) -> Sent:
    """The questions to an authority, sent today; inside the caller's transaction."""
    one, today = row.order, timezone.localdate(at)
    pupil = one.case.pupil
    lines = tuple(line.strip() for line in address.splitlines() if line.strip()) or (BY_HAND,)
    letter = SupervisionConsultation(
        **{**_common(one, None, NOWHERE, today, by), "addressee": Addressee(row.name, lines)},
        born_on=pupil.date_of_birth, head=row.get_whom_display(), asked=row.asked, questions=ASKED, last_day=row.last_day,
    )  # fmt: skip
    how = ways.on(today)
    method, channel = WAYS[way] if way != "post" else (how.method, how.channel)
    return _sent(one, letter, None, row.name, "\n".join(lines), method, channel, row, by, at)


def send_direction(row: Direction, *, by_hand: bool, by: Any, at: datetime) -> Sent:
    """A direction to its parent, or to the child; inside the caller's transaction."""
    one, today = row.order, timezone.localdate(at)
    home = _home(one, row.to_parent, today, by)
    to_child = row.to_parent is None
    pupil = one.case.pupil
    letter = SupervisionDirection(
        **_common(one, row.to_parent, home, today, by), direction=row.number, to_child=to_child, text=row.text,
        because=row.because, due_on=row.due_on, order_until=one.ends_on or today,
    )  # fmt: skip
    name = row.to_parent.name if row.to_parent else f"{pupil.forename} {pupil.surname}".strip()
    return _served(one, letter, row.to_parent, name, home, by_hand, row, by, at)


def send_warning(row: Breach, *, by_hand: bool, by: Any, at: datetime) -> Sent:
    """The warning to the parent of a breach; inside the caller's transaction."""
    direction, today = row.direction, timezone.localdate(at)
    parent, one = direction.to_parent, direction.order
    assert parent is not None and direction.given_at is not None
    home = _home(one, parent, today, by)
    letter = SupervisionWarning(
        **_common(one, parent, home, today, by), direction=direction.number, text=direction.text,
        given_on=timezone.localdate(direction.given_at), on=row.on, what=row.what, explanation=row.explanation,
    )  # fmt: skip
    return _served(one, letter, parent, parent.name, home, by_hand, row, by, at)


def _common(one: SupervisionOrder, parent: Parent | None, home: Home, on: date, by: Any) -> dict[str, Any]:
    pupil = one.case.pupil
    child = f"{pupil.forename} {pupil.surname}".strip()
    return {
        "sender": ways.on(on).sender, "addressee": Addressee(parent.name if parent else child, home.lines),
        "reference": one.number, "dated": on, "signed_by": by.name, "signed_post": by.post, "child_name": child,
        "school": one.case.school.name,
    }  # fmt: skip


def _home(one: SupervisionOrder, parent: Parent | None, on: date, by: Any) -> Home:
    if parent is not None:
        return homes([parent.pk], one.case.pupil, on, by).get(parent.pk, NOWHERE)
    row = Address.objects.filter(Dated.on(on), pupil=one.case.pupil_id).order_by("-since", "-pk").first()
    if row is None or (row.confidential and not may_read_addresses(by)):
        return NOWHERE
    lines = [line.strip() for line in row.lines.splitlines() if line.strip()]
    return Home((*lines, *filter(None, [row.postcode.strip()])), row.postcode.strip())


def _served(
    one: SupervisionOrder, letter: Letter, parent: Parent | None, name: str, home: Home, by_hand: bool, about: Any,
    by: Any, at: datetime,
) -> Sent:  # fmt: skip
    if not by_hand and not home.usable:
        raise StepRefused("No full address with postcode is known that you may use: hand the letter over.")
    how = ways.on(timezone.localdate(at))
    channel = Service.Channel.HAND if by_hand else how.channel
    method = Service.Method.HAND if by_hand else how.method
    return _sent(one, letter, parent, name, home.text or BY_HAND, method, channel, about, by, at)


def _sent(
    one: SupervisionOrder, letter: Letter, parent: Parent | None, name: str, address: str, method: str, channel: str,
    about: Any, by: Any, at: datetime,
) -> Sent:  # fmt: skip
    today = timezone.localdate(at)
    document = rendering.issue(
        template=letter.template, title=letter.title,
        values=letter.as_values(wording.in_force(letter.template, letter.dated)), pupil_id=one.case.pupil_id, by=by, at=at,
        draft=False, about=about, language=languages.of_parent(parent.language if parent else ""),
        large_print=parent.large_print if parent else False,
    )  # fmt: skip
    sending = Sending(
        document=document, addressee=parent, name=name, address=address, method=method, channel=channel,
        local=dict(ways.on(today).local),
    )  # fmt: skip
    run = runs.start(by=by, at=at) if channel == Service.Channel.PRINT else None
    (service,) = serve_many(sendings=[sending], sent_on=today, by=by, at=at, run=run)
    if run is not None:
        runs.put_together(run=run, by=by, at=at)
    return document, service
