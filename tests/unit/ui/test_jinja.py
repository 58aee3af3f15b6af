"""The environment: strict about names, lenient about options, safe by default."""

from datetime import date

import pytest
from django.template import engines
from jinja2 import UndefinedError


def render(text: str, **context: object) -> str:
    return str(engines["jinja2"].from_string(text).render(context))


def test_printing_a_name_nobody_passed_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{{ child_name }}")


def test_looping_over_a_name_nobody_passed_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{% for row in rows %}{{ row }}{% endfor %}")


def test_an_attribute_an_object_lacks_is_an_error_when_printed() -> None:
    with pytest.raises(UndefinedError):
        render("{{ day.yeer }}", day=date(2024, 10, 14))


def test_a_missing_option_of_a_mapping_is_empty() -> None:
    assert render("{{ options.hint }}[{% for x in options.more %}{{ x }}{% endfor %}]", options={}) == "[]"


def test_asking_for_a_name_is_always_allowed() -> None:
    assert render("{% if nav %}yes{% else %}no{% endif %}") == "no"


def test_texts_are_escaped_in_our_macros_and_the_govuk_ones() -> None:
    page = render("{{ ui.tag(x) }}{{ govuk.tag({'text': x}) }}", x="<script>")
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 2


def test_an_unknown_macro_names_itself() -> None:
    with pytest.raises(UndefinedError, match=r"ui\.tagg"):
        render("{{ ui.tagg('x') }}")


def test_a_query_keeps_what_is_not_changed() -> None:
    assert render("{{ with_query('a=1&b=2&b=3', a=none, page=4) }}") == "?b=2&amp;b=3&amp;page=4"
