"""Which permission each page of bundles, certificates, statements and unused material needs."""

from typing import Final

_PREPARE: Final = (
    "bundle_begin", "bundle_add", "bundle_upload", "bundle_make", "bundle_take", "bundle_leave_out", "bundle_preview",
    "bundle_item", "bundle_item_move", "bundle_item_remove", "bundle_item_redact", "bundle_item_unredact",
    "bundle_item_picture", "bundle_item_file", "certificate_ask", "witness_ask", "witness_take", "witness_withdraw",
    "unused_look_again", "unused_finish", "unused_decide",
)  # fmt: skip
#: of the service and, of its own, the school
_SIGN: Final = (
    "certificate_scan", "certificate_explain", "witness_write", "witness_enclose", "witness_take_out", "witness_sign",
    "witness_scan",
)  # fmt: skip
_READ: Final = (
    "certificate",
    "certificate_figures",
    "certificate_file",
    "witness",
    "witness_file",
    "witness_paper",
    "evidence_asked",
)

PAGES: Final[dict[str, str | None]] = {
    **dict.fromkeys(_PREPARE, "test_prosecution"),
    **dict.fromkeys(_SIGN, "give_evidence"),
    **dict.fromkeys(_READ, "see_cases"),
    **dict.fromkeys(
        ("bundle", "bundle_file", "bundle_manifest", "unused", "unused_export"), "see_prosecutions"
    ),
    **dict.fromkeys(("bundle_issue", "bundle_withdraw", "bundle_serve", "unused_officer"), "prosecute"),
    **dict.fromkeys(("evidence_asked_export",), "export_lists"),
    "certificate_sign": "sign",
}
