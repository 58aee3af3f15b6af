"""The public pages need no sign-in; what they say is written by those who may."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {
    "information": PUBLIC,
    "information_contacts": PUBLIC,
    "information_text": PUBLIC,
    "public_texts": "edit_public",
    "public_texts_export": "edit_public",
    "public_text": "edit_public",
    "public_text_edit": "edit_public",
    "public_text_version": "edit_public",
}
