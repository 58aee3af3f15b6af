"""A public form of one page: the box that people do not see, and when the page was opened, signed."""

from typing import Any, Final

from django import forms
from django.core import signing

from mainstay.service.accounts.open_pages import TRAP

#: nobody reads and answers sooner; a page may lie open for a day
LEAST_SECONDS, MOST_SECONDS = 3, 24 * 3600
_SALT: Final = "mainstay.feedback.began"
TOO_SOON: Final = (
    "This came faster than people write. Please look at your answers once more, then send them again"
)


class Guarded(forms.Form):
    """Refused where the box is filled in or the answer came too soon; what was typed stays."""

    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        self.initial["began"] = signing.dumps("", salt=_SALT)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.data.get(TRAP) or not _waited(said.pop("began", "")):
            again: Any = self.data.copy()  # type: ignore[attr-defined]
            again["began"] = self.initial["began"]
            self.data = again
            self.add_error(None, TOO_SOON)
        return said


def _waited(began: str) -> bool:
    try:
        signing.loads(began, salt=_SALT, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return False
    try:
        signing.loads(began, salt=_SALT, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return True
    return False
