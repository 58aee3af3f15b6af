"""How alike two records are: what speaks for one child, and what is a twin."""

from dataclasses import replace
from datetime import date

import pytest

from mainstay.service.missing.matching import batch
from mainstay.service.missing.matching.live import Index
from mainstay.service.missing.matching.people import Home, Person
from mainstay.service.missing.matching.weighing import Shares, weigh

CITY = 250_000
ADA = Person(
    1, ["Ada"], ["Fenwick"], date(2015, 3, 9), "F", ["Z852999924001"], [Home("beech road southampton", "SO99 9ZZ")],
    [("Joan", "Fenwick")], ["01632 960 123"],
)  # fmt: skip


def test_reasons_are_in_words_the_weightiest_first() -> None:
    told = replace(ADA, surnames=["Fennick"], upns=[], parents=[], phones=[], homes=[Home("beech road")])
    likeness = weigh(told, ADA, CITY)
    assert set(likeness.reasons) >= {"same birthday", "same first name", "same street"}
    assert any("surname" in reason for reason in likeness.reasons)


@pytest.mark.parametrize(
    ("change", "least"),
    [
        ({"homes": [Home("oak lane", "SO98 8XX")]}, 0.9),
        ({"surnames": ["Fenwyck"]}, 0.9),
        ({"surnames": ["Marlow"]}, 0.9),
        ({"surnames": ["Marlow", "Fenwick"]}, 0.9),
        ({"born": date(2015, 9, 3)}, 0.9),
        ({"phones": ["+44 1632 960123"], "homes": []}, 0.9),
    ],
)
def test_one_change_does_not_hide_a_child(change: dict[str, object], least: float) -> None:
    assert weigh(replace(ADA, key=2, upns=[], **change), ADA, CITY).score >= least  # type: ignore[arg-type]


def test_a_twin_is_said_and_weighs_little() -> None:
    twin = weigh(replace(ADA, key=2, forenames=["Rory"], sex="M", upns=[]), ADA, CITY)
    assert twin.twin
    assert twin.score <= 0.05
    assert "twin" in twin.against[0]
    known = weigh(replace(ADA, key=2, forenames=["Rory"]), ADA, CITY)
    assert not known.twin, "the same number is no twin"


def test_a_namesake_of_another_age_is_nobody() -> None:
    other = Person(2, ["Ada"], ["Fenwick"], date(2012, 11, 30), "F")
    assert weigh(other, ADA, CITY).score < 0.1


def test_another_number_and_another_birthday_are_no_likely_pair() -> None:
    apart = {"upns": ["Z852999924999"], "homes": [Home("oak lane", "SO98 8XX")]}
    sibling = replace(ADA, key=2, forenames=["Adah"], born=date(2010, 3, 9), **apart)  # type: ignore[arg-type]
    said = weigh(sibling, ADA, CITY)
    assert said.score < 0.1, "however much of the family agrees"
    assert "other unique pupil number" in said.against
    renumbered = replace(ADA, key=2, upns=["Z852999924999"])
    assert weigh(renumbered, ADA, CITY).score >= 0.9, "a new number alone hides nobody"


def test_a_common_name_says_less() -> None:
    told = Person(2, ["Ada"], ["Fenwick"], date(2015, 3, 9), "F")
    usual = weigh(told, ADA, CITY).score
    common = weigh(told, ADA, CITY, Shares({"fenwick": 0.02}, {"ada": 0.02})).score
    assert common < usual


def test_live_and_splink_find_the_same() -> None:
    if not batch.available():
        pytest.skip("the extra mainstay[linkage] is not installed")
    strangers = [
        Person(
            100 + n,
            [f"Na{'abcdefgh'[n % 8]}o"],
            [f"Sur{'klmnprst'[n // 8]}ey"],
            date(2010 + n % 7, 1 + n % 12, 1 + n % 28),
        )
        for n in range(64)
    ]
    rolls = [ADA, *strangers]
    child = replace(ADA, key=7, surnames=["Fenwyck"], upns=[])
    twin = replace(ADA, key=8, forenames=["Rory"], upns=[])
    found = batch.link([child, twin], rolls)
    assert [(one, other, like.twin) for one, other, like in found] == [(7, 1, False), (8, 1, True)]
    index = Index().add(rolls)
    live = [(one.key, p.key, like.twin) for one in (child, twin) for p, like in index.find(one)]
    assert live == [(7, 1, False), (8, 1, True)]
    assert found[0][2].reasons == index.find(child)[0][1].reasons
