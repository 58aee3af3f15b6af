"""Which missing children of the made-up city show the joint decision on the roll."""

from collections.abc import Iterator

from mainstay.service.missing.models import RollDecision


def children() -> Iterator[tuple[str, str]]:
    """One whose deletion the school signed and the council has not, one that both signed."""
    rows = RollDecision.objects.select_related("child__pupil", "school").order_by("pk")
    half = rows.filter(outcome="", head_signed_at__isnull=False, council_signed_at=None).first()
    both = rows.filter(outcome=RollDecision.Outcome.DELETE).first()
    for row, words in (
        (half, "the head teacher signed the deletion on ground {}; cme or manager signs for the council"),
        (both, "school and council signed the deletion on ground {}"),
    ):
        if row is not None:
            yield f"{row.child.name}, {row.school.name}, {row.child.number}", words.format(row.ground)
