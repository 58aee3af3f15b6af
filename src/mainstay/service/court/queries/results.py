"""The register of results, one result, the yearly report, and what is known of a defendant."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.attendance.summaries import SMALL
from mainstay.service.common.ui.filters import long_date, money
from mainstay.service.court import sentencing
from mainstay.service.court.models import Prosecution, Result, Sentence
from mainstay.service.court.queries.hearings import offence
from mainstay.service.court.queries.prosecutions import defendant
from mainstay.service.penalties import returns

Verdict = Result.Verdict
COLOURS: Final[Mapping[str, str]] = {
    Verdict.CONVICTED: "red", Verdict.LESSER: "orange", Verdict.ACQUITTED: "green", Verdict.DISMISSED: "green",
    Verdict.WITHDRAWN: "grey", Verdict.DISCONTINUED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Day", "Prosecution", "Defendant", "Child", "School", "Charged", "Verdict", "Decided on", "Sentence", "Costs asked",
    "Costs granted", "Surcharge", "Void", "Spent",
)  # fmt: skip
SHOWN_WITH: Final = (
    "prosecution__case__pupil", "prosecution__case__school", "prosecution__parent", "prosecution__school",
)  # fmt: skip
#: in the place of a count that would tell about one family
FEW: Final = f"fewer than {SMALL}"


def filtered(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[Result]:
    """Spent ones for legal alone."""
    found = Result.objects.visible_to(user).routine(user, today)
    if wanted["stands"] == "":
        found = found.standing()
    elif wanted["stands"] == "void":
        found = found.exclude(void="")
    elif wanted["stands"] == "appeal":
        found = found.standing().filter(appealed_on__isnull=False, appeal_dismissed_on=None)
    if wanted["year"] in returns.years(today):
        found = found.filter(on__range=returns.bounds(wanted["year"]))
    if wanted["verdict"]:
        found = found.filter(verdict=wanted["verdict"])
    if wanted["offence"]:
        found = found.filter(offence=wanted["offence"])
    if wanted["sentence"]:
        found = found.filter(sentences__kind=wanted["sentence"])
    if wanted["school"]:
        found = found.filter(prosecution__school=wanted["school"])
    return found.select_related(*SHOWN_WITH).prefetch_related("sentences")


def rows(found: Iterable[Result], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": result.pk,
            "url": reverse("court_result", args=[result.pk]),
            "label": result.prosecution.number,
            "on": result.on,
            "number": result.prosecution.number,
            "defendant": defendant(result.prosecution),
            "child": result.prosecution.case.pupil.initials,
            "school": (result.prosecution.school or result.prosecution.case.school).name,
            "offence": offence(result.prosecution),
            "verdict": result.get_verdict_display(),
            "colour": COLOURS[result.verdict],
            "sentence": "; ".join(sentencing.in_words(part) for part in result.sentences.all()) or "–",
            "void": result.get_void_display(),
            "spent": spent(result, today),
        }
        for result in found
    ]


def spent(result: Result, today: date) -> bool:
    return result.spent_on is not None and result.spent_on <= today


def entries_of_spent() -> Q:
    """For ``record.providers.for_legal_alone``: entries that say how a case ended whose conviction is spent, corrected or not."""
    gone = (
        Result.objects.filter(spent_on__lte=timezone.localdate())
        .order_by()
        .annotate(key=Cast("pk", CharField()))
    )
    about = {"about_kind": Result._meta.label_lower, "about_id__in": gone.values("key")}
    return Q(**about) | Q(**{f"corrects__{name}": value for name, value in about.items()})


def for_export(found: Iterable[Result], today: date) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file, children by initials and without UPN."""
    results = list(found)
    for result, row in zip(results, rows(results, today), strict=True):
        yield (
            result.on, row["number"], row["defendant"], row["child"], row["school"],
            result.prosecution.get_offence_display(), row["verdict"], result.get_offence_display(), row["sentence"],
            result.costs_asked_pence / 100, result.costs_granted_pence / 100, result.surcharge_pence / 100, row["void"],
            result.spent_on,
        )  # fmt: skip


def facts(result: Result, today: date) -> list[dict[str, str]]:
    """One result, for ``ui.summary_list``."""
    said = [
        ("Verdict", result.get_verdict_display()),
        ("Of", result.get_offence_display()),
        ("Day", long_date(result.on)),
        *(("Sentence", _part(part)) for part in result.sentences.all()),
        ("Costs", f"{money(result.costs_granted_pence)} of {money(result.costs_asked_pence)} asked for"),
        ("Surcharge", money(result.surcharge_pence)),
    ]
    if result.supervision_directed:
        said.append(("Supervision order", "The court directed an application (section 447(2))"))
    if result.convicted:
        said.append(("Spent", _spent(result, today)))
        next_from = result.prosecution.offence_to + clock.DAY
        said.append(
            ("A new period", f"may begin on {long_date(next_from)}, the day after the last one charged")
        )
    if result.actions:
        said.append(("What follows", result.actions))
    if result.appealed_on:
        words = f"Crown Court, {long_date(result.appealed_on)}"
        if result.appeal_dismissed_on:
            words += f", dismissed {long_date(result.appeal_dismissed_on)}"
        said.append(("Appeal", f"{words}. {result.appeal_note}"))
    return [{"key": key, "value": str(value)} for key, value in said]


def _part(part: Sentence) -> str:
    asks = f" ({part.requirements})" if part.requirements else ""
    return f"{sentencing.in_words(part)}{asks}"


def _spent(result: Result, today: date) -> str:
    if result.spent_on is None:
        return "Not counted here: ask legal"
    return f"{'Since' if spent(result, today) else 'On'} {long_date(result.spent_on)} (confirm with legal)"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the report; hidden: too few to be told."""

    label: str
    number: int
    hidden: bool

    @property
    def shown(self) -> str:
        return FEW if self.hidden else str(self.number)


@dataclass(frozen=True, slots=True)
class Report:
    """A year of results; the sums are None where too few parents stand behind them."""

    year: int
    verdicts: list[Line]
    sentences: list[Line]
    voided: Line
    asked_pence: int | None
    granted_pence: int | None
    fines_pence: int | None


def report(user: Any, year: int) -> Report:
    """Counted over every result of the year in view, spent ones too: nobody is named. Four queries."""
    of_year = Result.objects.visible_to(user).filter(on__range=returns.bounds(year))
    standing = of_year.standing()
    verdicts = Counter(standing.order_by().values_list("verdict", flat=True))
    of_standing = Sentence.objects.filter(result__in=standing.order_by().values("pk"))
    kinds = Counter(of_standing.order_by().values_list("kind", flat=True))
    convicted = sum(verdicts[each] for each in Result.CONVICTIONS)
    sums = standing.aggregate(asked=Sum("costs_asked_pence"), granted=Sum("costs_granted_pence"))
    fines = of_standing.filter(kind=Sentence.Kind.FINE).aggregate(pence=Sum("pence"))["pence"]
    enough = convicted >= SMALL or not convicted
    voided = of_year.exclude(void="").count()
    return Report(
        year=year,
        verdicts=_lines(verdicts, Verdict.choices),
        sentences=_lines(kinds, Sentence.Kind.choices),
        voided=Line("Void: declared, reopened, allowed on appeal", voided, 0 < voided < SMALL),
        asked_pence=(sums["asked"] or 0) if enough else None,
        granted_pence=(sums["granted"] or 0) if enough else None,
        fines_pence=(fines or 0)
        if kinds[Sentence.Kind.FINE] >= SMALL or not kinds[Sentence.Kind.FINE]
        else None,
    )


def _lines(counted: Counter[str], choices: Iterable[tuple[str, Any]]) -> list[Line]:
    """Small counts hidden, and where just one is, the next smallest with it: nobody shall subtract."""
    there = sorted((number, key) for key, number in counted.items() if number)
    few = [key for number, key in there if number < SMALL]
    if len(few) == 1 and len(there) > 1:
        few.append(next(key for _, key in there if key not in few))
    return [Line(str(label), counted[key], key in few) for key, label in choices]


def report_rows(found: Report) -> Iterator[tuple[str, str, str]]:
    """The report for a file: part, figure, number or that it is hidden."""
    for part, lines in (("Verdict", found.verdicts), ("Sentence", found.sentences), ("Void", [found.voided])):
        for line in lines:
            yield part, line.label, line.shown
    sums = (
        ("Costs asked for", found.asked_pence),
        ("Costs granted", found.granted_pence),
        ("Fines", found.fines_pence),
    )
    for label, pence in sums:
        yield "Sum", label, FEW_SUM if pence is None else money(pence)


FEW_SUM: Final = "hidden: few parents"


def running_discharges(one: Prosecution, today: date) -> list[Sentence]:
    """Conditional discharges of this parent that ran on a day now charged: the court is told of each."""
    found = Sentence.objects.filter(
        kind=Sentence.Kind.CONDITIONAL, result__void="", result__prosecution__parent=one.parent_id,
        result__on__lte=one.offence_to, ends_on__gte=one.offence_from,
    )  # fmt: skip
    return list(found.exclude(result__prosecution=one).select_related("result__prosecution").order_by("pk"))


def year_choices(today: date) -> list[tuple[int, str]]:
    return [(year, f"{year}/{(year + 1) % 100:02}") for year in returns.years(today)]
