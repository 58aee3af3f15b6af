"""Made-up contents for the gallery of parts."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace

from django import forms
from django.http import QueryDict

from mainstay.law import codes
from mainstay.registers import grid as layout
from mainstay.service.common.ui import charts, register_grid
from mainstay.service.common.ui.forms import Choice, DateInput, FilesField
from mainstay.service.common.ui.lists import Column, listing

TODAY = date(2025, 3, 14)
COLUMNS = [
    Column("name", "Child", sort="name"),
    Column("school", "School", sort="school"),
    Column("kind", "Kind"),
    Column("since", "Since", sort="since", nowrap=True),
    Column("strength", "Strength"),
    Column("sessions", "Sessions", sort="sessions", numeric=True),
    Column("trend", "Trend"),
    Column("due", "Due", sort="due"),
]


class ConsiderationForm(forms.Form):
    choice = forms.ChoiceField(
        label="What should happen?",
        widget=forms.RadioSelect,
        choices=[
            ("support", Choice("Support first", hint="The school and we offer more help, with dates")),
            ("improve", "Notice to improve"),
            ("notice", "Penalty notice"),
        ],
    )
    reason = forms.CharField(
        label="Why?",
        help_text="Write what you relied on. The parent may read it.",
        widget=forms.Textarea(attrs={"rows": 4, "data-autosave-key": "gallery"}),
    )
    met_on = DateInput(
        label="Date of the meeting",
        what="date of the meeting",
        help_text="For example, 27 9 2024",
        latest=TODAY,
    )
    tried = forms.MultipleChoiceField(
        label="Support tried",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("call", "Telephone call"), ("visit", "Home visit")],
    )
    school = forms.ChoiceField(label="School", choices=[("", "Choose"), ("1", "Harbour Primary")])
    post = forms.CharField(label="Your post", max_length=40)
    evidence = FilesField(label="Evidence", required=False, help_text="PDF or pictures, up to 20 MB each")
    agreed = forms.BooleanField(label="The school agrees")


class FilterForm(forms.Form):
    phase = forms.ChoiceField(label="Phase", required=False, choices=[("", "All"), ("primary", "Primary")])
    kind = forms.MultipleChoiceField(
        label="Kind",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("met", "Threshold met"), ("near", "Near miss"), ("severe", "Severe")],
    )
    name = forms.CharField(label="Name or UPN", required=False)


def register(seed: int = 4) -> register_grid.RegisterGrid:
    """A year with holidays, a closure, gaps, a late entry, amendments and a met threshold."""
    random, marks = Random(seed), bytearray(layout.EMPTY)
    first = layout.first_monday(2024)
    open_slots = [False] * layout.SIZE
    closed = {date(2024, 10, 28) + timedelta(days=i) for i in range(5)} | {
        date(2024, 12, 23) + timedelta(days=i) for i in range(12)
    }
    for slot in range(layout.SIZE):
        day = first + timedelta(days=slot // 2)
        if day.weekday() > 4 or not date(2024, 9, 2) <= day <= date(2025, 4, 4) or day in closed:
            continue
        open_slots[slot] = True
        if date(2024, 9, 11) <= day <= TODAY:
            present = "/\\"[slot % 2]
            code = random.choices([present, "L", "I", "O", "G", "M", "B", "N"], [84, 3, 4, 3, 2, 2, 1, 1])[0]
            marks[slot] = ord(codes.byte_of(code))
    for day in range(2, 7):
        for half in layout.HALVES:
            marks[layout.slot_of(date(2025, 2, 1) + timedelta(days=day), half)] = ord("G")
    inset = layout.slot_of(date(2025, 1, 6), "AM")
    marks[inset] = marks[inset + 1] = ord(codes.byte_of("#"))
    marks[layout.slot_of(date(2024, 11, 20), "PM")] = layout.BLANK
    counted = {(date(2025, 2, 1) + timedelta(days=d), half) for d in range(2, 7) for half in layout.HALVES}
    known = register_grid.Marks(
        year=2024,
        marks=bytes(marks),
        open_slots=open_slots,
        on_roll=[(date(2024, 9, 11), None)],
        as_known_on=TODAY,
        window=(date(2024, 12, 2), date(2025, 2, 3)),
        counted=counted,
        amended={(date(2025, 2, 4), "AM")},
        notes={(date(2025, 2, 4), "AM"): "was O until 20 February 2025, changed by the school"},
    )
    return register_grid.build(known)


def findings(count: int = 120) -> list[SimpleNamespace]:
    random = Random(2)
    kinds = [("Threshold met", "red"), ("Near miss", "yellow"), ("Severe", "purple"), ("Sickness", "blue")]
    names = ["Ayesha Example", "Łukasz Sample", "Siân Specimen", "Tom Fictional-Longname", "Mia Invented"]
    rows = []
    for i in range(count):
        kind, colour = random.choice(kinds)
        rows.append(
            SimpleNamespace(
                pk=i,
                label=f"{names[i % 5]}, {kind}",
                name=names[i % 5],
                school=random.choice(
                    ["Harbour Primary", "Weston Lane Academy", "St Example's Catholic School"]
                ),
                kind=kind,
                colour=colour,
                since=TODAY - timedelta(days=random.randrange(60)),
                strength=f"{random.randrange(10, 19)} sessions in {random.randrange(2, 10)} weeks",
                sessions=random.randrange(8, 20),
                due=TODAY + timedelta(days=random.randrange(-5, 25)),
                trend=[0.95 - random.random() / 8 for _ in range(12)],
                url=f"?finding={i}",
            )
        )
    return rows


def answer() -> dict[str, object]:
    sessions = [
        {
            "date": date(2025, 2, 3) + timedelta(days=i // 2),
            "half": layout.HALVES[i % 2],
            "code": "G",
        }
        for i in range(10)
    ]
    return {
        "sentence": "The national threshold was met on 7 February 2025: 10 sessions within 1 school week.",
        "sessions": sessions,
        "reasons": [
            {
                "text": "Ten sessions of unauthorised absence within ten school weeks.",
                "source": "National framework, WT24 para 178",
                "confidence": "guidance",
            },
            {
                "text": "The sessions need not be consecutive.",
                "source": "WT24 para 179",
                "confidence": "guidance",
            },
            {
                "text": "The child was of compulsory school age on each of them.",
                "source": "Education Act 1996 s.8",
                "confidence": "statute",
            },
            {
                "text": "Weeks of half term are not school weeks.",
                "source": "Reading of the framework",
                "confidence": "assumed",
            },
        ],
        "warnings": [
            {
                "code": "unresolved_n",
                "text": "One of the sessions still has code N; ask the school for the reason.",
            }
        ],
        "rules_version": "2024-08-19",
    }


def decision(**given: object) -> SimpleNamespace:
    said: dict[str, object] = {
        "by": SimpleNamespace(name="Sam Officer"),
        "at": datetime(2025, 3, 12, 15, 5, tzinfo=UTC),
        "outcome": "penalty_notice",
        "reasons": "Two offers of support were not taken up.\nThe holiday was longer than the one before.",
        "evidence": "Register to 10 March 2025; letters of 3 and 14 February.",
        "support_tried": "Meetings on 20 January and 10 February.",
        "circumstances": "No illness is known of.",
        "equality": "",
        "alternatives": "A notice to improve: not likely to change anything.",
        "approved_by": SimpleNamespace(name="Alex Manager"),
        "approved_at": datetime(2025, 3, 13, 9, 0, tzinfo=UTC),
    }
    return SimpleNamespace(**said | given)


def context(*, bound: bool = True) -> dict[str, object]:
    """Everything ``ui/gallery.jinja`` takes."""
    weeks = [f"{d.day} {d:%b}" for d in (date(2024, 9, 2) + timedelta(weeks=i) for i in range(26))]
    random = Random(1)
    main = [None if i == 8 else 0.93 - 0.002 * i + random.random() / 60 for i in range(26)]
    entries = [
        {
            "title": "Telephone call with mother",
            "at": datetime(2025, 3, 12, 15, 5, tzinfo=UTC),
            "by": "Sam Officer",
            "text": "She will bring a doctor's letter on Friday.",
            "kind": "Contact",
            "tags": [{"text": "Family may read", "colour": "green"}],
        },
        {
            "title": "Threshold met",
            "at": date(2025, 2, 7),
            "kind": "Finding",
            "href": "?",
            "text": "10 sessions within 1 school week.",
        },
        {
            "title": "Home visit",
            "at": date(2025, 1, 20),
            "by": "Sam Officer",
            "text": "Nobody at home.",
            "corrected": "the visit was on 21 January",
        },
    ]
    return {
        "csrf_input": "",
        "council_name": "Exampleton City Council",
        "service_name": "Education welfare",
        "demo": "The city, its schools and its people are made up.",
        "nav": [
            {"text": "Today", "href": "?today", "current": True},
            {"text": "Findings", "href": "?findings"},
            {"text": "Pupils", "href": "?pupils"},
            {"text": "Schools", "href": "?schools"},
            {"text": "Imports", "href": "?imports"},
            {"text": "City", "href": "?city"},
        ],
        "search_url": "?",
        "what_changed": {"count": 7, "href": "?"},
        "account": {
            "name": "Sam Officer",
            "role": "EWO",
            "items": [{"text": "Your account", "href": "?"}],
            "sign_out": "?",
        },
        "footer_links": [
            {"text": "Accessibility", "href": "?"},
            {"text": "Privacy", "href": "?"},
            {"text": "Help", "href": "?"},
        ],
        "child": {
            "name": "Ayesha Example",
            "href": "?",
            "year": "Year 5",
            "school": "Harbour Primary",
            "age": "9 years",
            "upn": "A852000120001",
            "flags": [
                {"text": "Restricted", "kind": "alert"},
                {"text": "Social worker", "kind": "care"},
                {"text": "EHC plan", "kind": "plain"},
            ],
            "officer": "Sam Officer",
        },
        "today": TODAY,
        "answer": answer(),
        "decision": decision(),
        "listing": listing(findings(), QueryDict("sort=-since"), COLUMNS, default_sort="since"),
        "filters": FilterForm(QueryDict("kind=met")),
        "form": ConsiderationForm(
            QueryDict("met_on_day=31&met_on_month=2&met_on_year=2025&post=EWO&tried=call")
        )
        if bound
        else ConsiderationForm(),
        "register": register(),
        "trend": charts.line(
            "Attendance by week",
            "Attendance fell from September to March and lies below the city since November.",
            weeks,
            [
                charts.Series("Ayesha", main),
                charts.Series("City", [0.935 - 0.001 * i for i in range(26)], "city"),
                charts.Series("England", [0.938] * 26, "national"),
            ],
        ),
        "bands": charts.bars(
            "Pupils by band",
            "Most pupils attend well; the smallest group is hidden.",
            ["95% and more", "90% to 95%", "50% to 90%", "Under 50%"],
            [212, 88, 41, None],
        ),
        "entries": entries,
    }
