"""What surveys came to, question by question; too few answers are not shown, and no comment stands beside a figure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import QuerySet

from mainstay.service.feedback import services
from mainstay.service.feedback.actions.surveys import choices_of
from mainstay.service.feedback.models import Answer, Who

HEADER: Final = ("Survey", "For", "Service", "Question", "Answer", "Number", "Answers to the question")
HIDDEN: Final = "hidden"


def filtered(wanted: Mapping[str, Any]) -> QuerySet[Answer]:
    found = Answer.objects.all()
    if wanted["term"]:
        found = found.filter(term=wanted["term"])
    if wanted["service"]:
        found = found.filter(service=wanted["service"])
    if wanted["who"]:
        found = found.filter(version__survey__who=wanted["who"])
    return found


def of_services(found: Iterable[Answer], small: int) -> list[dict[str, Any]]:
    """For each service and kind of people: its questions with each choice's number.

    Nothing is shown of a group with fewer answers than ``small``, nor of a question that so few answered.
    """
    groups: dict[tuple[str, str], list[Answer]] = {}
    for one in found:
        groups.setdefault((one.service, one.version.survey.who), []).append(one)
    shown = []
    for (service, who), answers in sorted(
        groups.items(), key=lambda item: (services.name(item[0][0]), item[0][1])
    ):
        few = len(answers) < small
        shown.append(
            {
                "service": services.name(service), "who": Who(who).label, "few": few,
                "number": HIDDEN if few else len(answers), "questions": [] if few else _questions(answers, small),
            }
        )  # fmt: skip
    return shown


def _questions(answers: list[Answer], small: int) -> list[dict[str, Any]]:
    """Each question by its key, in the words of its latest version; rare choices are hidden."""
    words: dict[str, dict[str, Any]] = {}
    counts: dict[str, Counter[str]] = {}
    for one in sorted(answers, key=lambda one: one.version.number):
        for question in one.version.questions:
            if question["kind"] != "text":
                words[question["key"]] = question | {"survey": one.version.survey.name}
        for key, choice in one.ratings.items():
            counts.setdefault(key, Counter())[choice] += 1
    lines = []
    for key, question in words.items():
        total = sum(counts.get(key, Counter()).values())
        few = total < small
        rows = [] if few else _rows(counts[key], choices_of(question), total, small)
        lines.append(
            {
                "survey": question["survey"],
                "text": question["text"],
                "total": HIDDEN if few else total,
                "few": few,
                "rows": rows,
            }
        )
    return lines


def _rows(counts: Mapping[str, int], choices: Iterable[str], total: int, small: int) -> list[dict[str, Any]]:
    """Each choice with its number; where only one is rare the next rarest is hidden too, so that nobody subtracts."""
    rare = sorted((c for c in choices if 0 < counts.get(c, 0) < small), key=lambda c: counts[c])
    if len(rare) == 1:
        others = sorted((c for c in choices if counts.get(c, 0) >= small), key=lambda c: counts[c])
        rare += others[:1]
    return [
        {"choice": c, "number": HIDDEN if c in rare else counts.get(c, 0),
         "share": None if c in rare else counts.get(c, 0) / total}
        for c in choices
    ]  # fmt: skip


def for_export(groups: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """The same for a file: no comment, and nothing that is hidden on the page."""
    for group in groups:
        if group["few"]:
            yield "", group["who"], group["service"], "", "", HIDDEN, HIDDEN
        for question in group["questions"]:
            for row in question["rows"]:
                yield (
                    question["survey"], group["who"], group["service"], question["text"], row["choice"], row["number"],
                    question["total"],
                )  # fmt: skip


def comments(found: QuerySet[Answer]) -> list[dict[str, Any]]:
    """Each comment by itself, in no order that tells whose it is; names only of those who gave theirs."""
    said = []
    for one in (
        found.exclude(comments={}).select_related("version__survey", "ask__school").order_by("pk")[:500]
    ):
        texts = {question["key"]: question["text"] for question in one.version.questions}
        for key, text in one.comments.items():
            said.append(
                {"question": texts.get(key, ""), "text": text, "service": services.name(one.service),
                 "who": one.version.survey.get_who_display(), "name": (one.name or "Known to us") if one.ask_id else ""}
            )  # fmt: skip
    return said
