"""What pages that change something share: an action tried, and a refusal said in words."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.steps import StepRefused


def try_form(form: forms.Form, act: Callable[..., Any], **said: Any) -> bool:
    """Whether the action went through; a refusal stands at the top of the form."""
    if not form.is_valid():
        return False
    try:
        act(**said, **form.cleaned_data)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def try_step(request: SignedIn, act: Callable[..., Any], done: str, **said: Any) -> bool:
    """Take a step that needs no form; what happened stands at the top of the next page."""
    try:
        act(**said)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True
