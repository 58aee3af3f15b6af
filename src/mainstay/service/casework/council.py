"""What the council sets for referrals, assessments and Fast Track, for the list of everything it sets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.casework import assessment, checklist, fast_track_values
from mainstay.service.casework.models import AreaList, Chair, Checklist
from mainstay.service.common import council
from mainstay.service.common.ui.filters import and_list


def given(on: date) -> Iterator[council.Value]:
    yield _checklist(_version(Checklist, on))
    yield _areas(_version(AreaList, on))
    yield _chairs(on)


def fast_track(rows: council.Rows) -> Iterator[council.Value]:
    for value in fast_track_values.VALUES.values():
        row = rows.get(value.name)
        yield council.Value(
            "Fast Track", value.label, value.words(row.value if row else value.default), "edit_checklist",
            "Days and limits of each Fast Track that begins from then on.",
            reverse("fast_track_value_set", args=[value.name]), **council.said(row, value.why, rows.coming.get(value.name)),
        )  # fmt: skip


def _version(model: Any, on: date) -> Any:
    rows = model.objects.filter(since__lte=on).select_related("made_by")
    return rows.order_by("-since", "-number").first()


def _said(row: Any, otherwise: str) -> dict[str, Any]:
    if row is None:
        return {"reason": otherwise}
    return {"since": row.since, "by": row.made_by.name, "at": row.made_at, "reason": row.reason}


def _checklist(row: Checklist | None) -> council.Value:
    now = checklist.of_row(row)
    window = f"{now.window_sessions} unauthorised sessions in {now.window_weeks} school weeks"
    return council.Value(
        "Referrals", "Evidence a referral has to bring",
        f"{len(now.items)} lines: {'; '.join(item.text for item in now.items)}. {window}.", "edit_checklist",
        "What each school is asked for before a referral is accepted; those sent before keep their version.",
        reverse("checklist"), "see_cases", **_said(row, "Lines other councils publish: local practice, none of it law"),
    )  # fmt: skip


def _areas(row: AreaList | None) -> council.Value:
    items = assessment.items_of(row.items) if row else assessment.DEFAULT.items
    return council.Value(
        "Referrals", "Areas of an early help assessment", and_list([item.text for item in items]), "edit_checklist",
        "The form of each early help assessment begun from then on.", reverse("assessment_areas"), "see_cases",
        **_said(row, "Our own choice"),
    )  # fmt: skip


def _chairs(on: date) -> council.Value:
    chairs = list(Chair.objects.on(on).select_related("user", "authorised_by").order_by("-since", "-pk"))
    names = sorted({chair.user.name for chair in chairs})
    said: dict[str, Any] = {"reason": "Senior officers and managers chair by their role"}
    if chairs:
        last = chairs[0]
        said = {
            "since": last.since,
            "by": last.authorised_by.name,
            "at": last.authorised_at,
            "reason": last.because,
        }
    return council.Value(
        "Fast Track", "Officers authorised to chair besides senior officers and managers", and_list(names) or "Nobody",
        "authorise_chairs", "Who can be chosen as chair of a Fast Track meeting.", reverse("chairs"), **said,
    )  # fmt: skip
