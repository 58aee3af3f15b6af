"""The penalty notices a prosecution rests on: the one it comes from, and others about absences that it charges."""

from collections.abc import Iterable

from django.db.models import Q

from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import charging
from mainstay.service.court.models import Prosecution
from mainstay.service.penalties.models import Notice

State = Notice.State


def resting_on(notice: Notice) -> list[Prosecution]:
    """The open prosecutions that rest on a notice, locked."""
    same = Q(parent=notice.parent_id, case__pupil=notice.pupil_id)
    found = Prosecution.objects.open().select_for_update(of=("self",)).filter(Q(notice=notice) | same)
    keys = _keys(notice.sessions)
    return [
        one
        for one in found.select_related(
            "case__owner", "case__school", "legal_owner", "investigator"
        ).order_by("pk")
        if one.notice_id == notice.pk or keys & _keys(one.sessions)
    ]


def _keys(sessions: Iterable[dict[str, str]]) -> set[tuple[str, str]]:
    return {(s["date"], s["half"]) for s in sessions}


def over(notice: Notice) -> str:
    """That a notice is paid or withdrawn, and what it means; "" while it stands."""
    if notice.state == State.PAID:
        how, on = "paid", notice.paid_on
    elif notice.state == State.WITHDRAWN and notice.signed_off_at is None:
        how, on = "withdrawn", notice.withdrawn_on
    else:
        return ""
    when = f" on {long_date(on)}" if on else ""
    return f"Penalty notice {notice.number} was {how}{when}: confirm with legal. Proceedings cannot be brought for it."


def over_for(one: Prosecution) -> str | None:
    """Every notice it rests on that is over, in words; one query, kept with the row, where it came from none."""
    if one.state in Prosecution.OVER or not (one.notice_id or one.sessions):
        return None
    found = charging.facts_of(one).notices if one.issued_on is None or one.notice is None else [one.notice]
    return " ".join(filter(None, map(over, found))) or None
