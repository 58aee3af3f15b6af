"""The one Jinja2 environment of the service (settings: ``TEMPLATES[…]["OPTIONS"]["environment"]``)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import django.forms
from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    Undefined,
    UndefinedError,
    pass_context,
)
from jinja2.runtime import Context

from mainstay.service.common.ui import charts, filters
from mainstay.service.common.ui.forms import attributes, error_lines, widget_class
from mainstay.service.common.ui.lists import with_query

GOVUK = "govuk_frontend_jinja"
OUR_TEMPLATES = Path(__file__).parent.parent / "templates"
DJANGO_WIDGETS = Path(django.forms.__file__).parent / "jinja2"


class StrictName(Undefined):
    """Refuses to print or walk through what nobody passed.

    A missing key of a mapping stays empty instead: the options of a GOV.UK macro are a mapping.
    Asking ``{% if name %}`` is always allowed.
    """

    def _optional(self) -> bool:
        return isinstance(self._undefined_obj, dict)

    def _refuse(self) -> NoReturn:
        self._fail_with_undefined_error()

    def __str__(self) -> str:
        return "" if self._optional() else self._refuse()

    def __iter__(self) -> Any:
        return iter(()) if self._optional() else self._refuse()

    def __len__(self) -> int:
        return 0 if self._optional() else self._refuse()


class Macros:
    """``ui.tag(…)``: the macros of every file in ``templates/ui``, without an import line in each page."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._homes: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._homes:
            self._find_homes()
        if name not in self._homes:
            raise UndefinedError(f"there is no macro ui.{name}")
        found: Callable[..., str] = getattr(self._environment.get_template(self._homes[name]).module, name)
        return found

    def _find_homes(self) -> None:
        for path in sorted((OUR_TEMPLATES / "ui").glob("*.jinja")):
            if path.stem != "gallery":
                module = self._environment.get_template(f"ui/{path.name}").module
                self._homes |= {name: f"ui/{path.name}" for name in vars(module) if not name.startswith("_")}


class GovukMacros:
    """``govuk.summary_list({…})``: the GOV.UK macro of that component."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("_"):
            raise AttributeError(name)
        template = f"{GOVUK}/components/{name.replace('_', '-')}/macro.html"
        macro = "govuk" + name.replace("_", " ").title().replace(" ", "")
        found: Callable[..., str] = getattr(self._environment.get_template(template).module, macro)
        return found


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a view: ``url("attendance:finding", finding.pk)``."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@pass_context
def messages(context: Context) -> list[Any]:
    """What the last action had to say; empty where there is no request."""
    request = context.get("request")
    return list(get_messages(request)) if hasattr(request, "_messages") else []


def _loader(own: BaseLoader) -> ChoiceLoader:
    return ChoiceLoader(
        [
            own,
            FileSystemLoader([OUR_TEMPLATES, DJANGO_WIDGETS]),
            PrefixLoader({GOVUK: PackageLoader(GOVUK)}),
        ]
    )


def environment(**options: Any) -> Environment:
    """Build the environment; Django calls this once with the loader of the rooms' template folders."""
    options["loader"] = _loader(options["loader"])
    options["undefined"] = StrictName
    options.update(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"]
    )
    env = Environment(**options)  # noqa: S701 (autoescape is set above)
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(filters.FILTERS)
    env.globals.update(
        ui=Macros(env),
        govuk=GovukMacros(env),
        chart=charts,
        static=static,
        url=url,
        messages=messages,
        with_query=with_query,
        error_lines=error_lines,
        attributes=attributes,
        widget_class=widget_class,
        debug=settings.DEBUG,
    )
    return env
