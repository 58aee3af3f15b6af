"""What keeps machines out of public forms: a box people do not see, a least time, and a limit for each address.

No puzzle, no third party, nothing that a person with a screen reader meets.
"""

from typing import Any, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.core import signing
from django.http import HttpRequest

from mainstay.service.accounts.limits import within_limit

#: nobody reads and answers sooner; a page may lie open for a day
LEAST_SECONDS, MOST_SECONDS = 3, 24 * 3600
HOUR: Final = 3600
_SALT: Final = "mainstay.feedback.began"
TOO_SOON: Final = "Please look at your answers once more, then send them again"


class Guarded(forms.Form):
    """A public form; ``looks_human`` is asked before anything is done with it."""

    website = forms.CharField(required=False, label="Leave this box empty")
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        self.initial["began"] = signing.dumps("", salt=_SALT)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.pop("website", "") or not _waited(said.pop("began", "")):
            again: Any = self.data.copy()  # type: ignore[attr-defined]
            again["began"], again["website"] = self.initial["began"], ""
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


def within(request: HttpRequest, what: str, most: int) -> bool:
    """Count one try from this address; False beyond ``most`` in an hour."""
    return within_limit(what, str(get_adapter(request).get_client_ip(request)), most=most, seconds=HOUR)
