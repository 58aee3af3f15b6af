"""A permit, a licence, an approval, a chaperone, a report, a visit, a referral and a question to the school."""

from typing import Any, Final

from tests.factories import UserFactory
from tests.factories_employment import AT, a_chaperone, a_licence, a_report, an_approval, permit_fields

from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.employment.actions import applying, asking, handing, reporting

#: addresses about one child that a service manager opens
OF_A_CHILD: Final[tuple[str, ...]] = (
    *(f"employment_permit{end}" for end in ("", "_correct", "_take_on", "_end", "_visit", "_decide", "_identify", "_ask",
                                            "_change", "_work", "_risk")),
    *(f"employment_licence{end}" for end in ("", "_correct", "_take_on", "_end", "_visit", "_decide", "_identify", "_ask")),
    *(f"employment_report{end}" for end in ("", "_child", "_identify", "_take_on", "_triage", "_visit", "_close", "_told")),
    "employment_inspection", "employment_inspection_photo", "employment_refer", "employment_handover", "employment_view",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    file = store.keep_made(b"%PDF-1.7\nrisks", kind="pdf", by=by, at=AT)
    permit = applying.apply(
        kind="permit", said=permit_fields(risk_file=file), source="staff", by=by, at=AT, pupil=pupil
    )
    view = asking.ask(kind="permit", pk=permit.pk, by=by, at=AT)
    licence, approval, chaperone = a_licence(pupil, by=by), an_approval(by=by), a_chaperone(by=by)
    report = a_report(pupil, by=by)
    visit = reporting.visit(
        kind="permit", pk=permit.pk, on=AT.date(), where="There", met="Bo Baker", checks_=[["The permit is there", "yes", ""]],
        outcome="right", text="All in order.", by=by, at=AT, photo=file,
    )  # fmt: skip
    officer = UserFactory(role="ewo")
    referral = handing.refer(pupil=pupil, officer=officer, text="Works late.", by=by, at=AT)
    ids = {
        "employment_permit": permit.pk, "employment_licence": licence.pk, "employment_approval": approval.pk,
        "employment_chaperone": chaperone.pk, "employment_report": report.pk, "employment_report_child": pupil.pk,
        "employment_inspection": visit.pk, "employment_handover": referral.pk, "employment_refer": pupil.pk,
        "employment_view": view.pk,
    }  # fmt: skip
    step = {"step": "refuse"}
    extra: dict[str, dict[str, Any]] = {
        **{f"employment_{kind}_decide": step for kind in ("permit", "licence", "approval", "chaperone")},
        "employment_value_set": {"name": "listed"},
        "employment_form_page": {"form": "report", "page": "place"},
        **{f"employment_form{end}": {"form": "report"} for end in ("", "_resume", "_check", "_leave")},
    }
    return ids, extra
