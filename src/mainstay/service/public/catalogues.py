"""The words of the public templates for translators: ``python -m mainstay.service.public.catalogues --write``.

Writes ``locale/django.pot``; ``msgmerge --update locale/pl/LC_MESSAGES/django.po locale/django.pot`` brings a language up
to it, and ``msgfmt`` makes the .mo that is read. A word without a translation is shown in English. Whoever completes a
catalogue translates "en-GB" as the tag of its language: only then is the page announced in it.
"""

import sys
from pathlib import Path
from typing import Final

from jinja2 import Environment

HERE: Final = Path(__file__).parent
POT: Final = HERE / "locale" / "django.pot"
_HEAD: Final = (
    'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n'
)
_TAG: Final = '#. The tag of this language, such as "pl", once everything else here is translated.\nmsgid "en-GB"\nmsgstr ""\n'


def words() -> list[tuple[str, str]]:
    """What the templates say, sorted: (one, many); many is "" where there is no plural."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    found: set[tuple[str, str]] = set()
    for path in sorted((HERE / "templates").rglob("*.jinja")):
        extracted = environment.extract_translations(path.read_text("utf-8"))  # type: ignore[attr-defined]
        for _, _, said in extracted:
            one, many = said[:2] if isinstance(said, tuple) else (said, "")
            found.add((one, many or ""))
    return sorted(found)


def pot() -> str:
    entries = [
        f'msgid "{_quoted(one)}"\n' + (f'msgid_plural "{_quoted(many)}"\nmsgstr[0] ""\nmsgstr[1] ""\n' if many else 'msgstr ""\n')
        for one, many in words()
    ]  # fmt: skip
    return "\n".join([_HEAD, _TAG, *entries])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__" and "--write" in sys.argv:
    POT.write_text(pot(), "utf-8")
