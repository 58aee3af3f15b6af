"""Consultations, and referrals from the draft to the appeal, of the two schools somebody signs in for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from mainstay.service.casework import checklist
from mainstay.service.casework.actions import (
    cases,
    checking_referrals,
    consulting,
    deciding_referrals,
    evidence,
    referring,
    sending,
)
from mainstay.service.casework.demo.scene import Child, Scene
from mainstay.service.casework.models import Referral

LATER: Final = timedelta(hours=1)
#: who signs at the school of each sign-in
HEADS: Final = {"school": "principal", "head": "head"}
REASONS: Final = (
    "Most Mondays and many Fridays are missed since September. Reading has fallen behind, and friendships with it.",
    "Absence doubled after the summer. The family says mornings are hard; what was agreed held for two weeks.",
    "Two weeks at a time without a word from home. The school worries about what happens on these days.",
)
TRIED: Final = (
    "We met with the family twice.\nA place at breakfast club was offered and taken up for two weeks.\n"
    "A learning mentor met the child at the gate."
)
VOICE: Final = (
    "I do not sleep well, then I am late and everybody looks.",
    "I like art and my friends. Maths makes my stomach hurt.",
    "When Mum works nights nobody wakes me.",
)
#: what a school says of lines that do not apply to this child
NOT_NEEDED: Final = {
    "codes": "No unusual code in these weeks.", "medical": "Illness is not frequent; the nurse knows the child.",
    "improve": "No notice to improve was used.", "plan": "A plan is part of the contract that was offered.",
    "needs": "Looked into with the special needs lead: nothing known.",
}  # fmt: skip
PAPERS: Final = {
    "printout": "Both years, with comments", "letters": "Copies to each parent, separately", "meeting": "Minutes of both meetings",
    "visits": "Log of two visits", "early_help": "The offer and the answer", "contacts": "14 contacts since September",
}  # fmt: skip
ADVICE: Final = (
    ("phone", "proceed", "Refer, with the log of visits and what the child says."),
    ("meeting", "advise", "Offer early help first, and meet both parents apart; speak again in four weeks."),
    ("email", "purchased", "Two sessions a week with the group for anxious children, bought by the school."),
)


def tell(scene: Scene) -> None:
    _consult(scene)
    for number, (school, state, ago) in enumerate(
        (
            ("school", "draft", 1), ("head", "withdrawn", 8), ("school", "asked", 2), ("head", "asked", 1), ("school", "signed", 1),
            ("school", "submitted", 4), ("school", "acknowledged", 6), ("school", "returned", 8), ("head", "accepted", 12),
            ("school", "appealed", 11), ("head", "diverted", 15),
        )
    ):  # fmt: skip
        scene.tell(partial(_refer, scene, school, state, ago, number), schools=(school,))


def _consult(scene: Scene) -> None:
    """Two children a school was advised about, and one question about a school as a whole."""
    for (how, outcome, advice), name in zip(ADVICE[1:], ("school", "head"), strict=True):
        scene.tell(partial(_spoken, scene, scene.day(10), how, outcome, advice), schools=(name,))
    scene.attempt(
        lambda: consulting.log(
            pupil=None, school=scene.schools["school"], officer=scene.users["officer"], spoke_with="The attendance lead",
            on=scene.day(5).date(), how="online", concern="Whether a shuttle bus that came late makes the morning late.",
            advice="Yes, unless the council runs the bus: then code Y applies.", outcome="advise",
            by=scene.users["school"], at=scene.day(5),
        )
    )  # fmt: skip


def _spoken(scene: Scene, when: datetime, how: str, outcome: str, advice: str, child: Child) -> None:
    officer = scene.users["officer"]
    consulting.log(
        pupil=child.pupil, school=child.school, officer=officer, spoke_with="The attendance lead", on=when.date(), how=how,
        concern="Many single days missed, most of them Mondays.", advice=advice, outcome=outcome, by=officer, at=when,
    )  # fmt: skip


def _refer(scene: Scene, school: str, state: str, ago: int, number: int, child: Child) -> Referral:
    """Consulted, written, signed, sent, checked, answered: as far as the state says; ago: of the last step but the answer."""
    by, when = scene.users[school], scene.day(ago, 9)
    _spoken(scene, scene.day(ago + 12), *ADVICE[0], child)
    one = referring.start(pupil=child.pupil, by=by, at=when)
    said: dict[str, Any] = {"referral_id": one.pk, "by": by}
    referring.write(part="reasons", reasons=REASONS[number % 3], tried=TRIED, at=when, **said)
    if state == "draft":
        return one
    if state == "withdrawn":
        because = "The family moved away over the weekend."
        return sending.withdraw(because=because, at=scene.day(ago - 2), **said)
    _written(one, child, by, when, number)
    if state == "asked":
        return sending.ask_to_sign(at=when + LATER, **said)
    sending.sign(referral_id=one.pk, by=scene.users[HEADS[school]], at=when + LATER)
    if state == "signed":
        return one
    sent = sending.submit(at=when + LATER, **said)
    if state == "submitted":
        return sent
    return _answer(scene, one, state, ago, by)


def _written(one: Referral, child: Child, by: Any, when: datetime, number: int) -> None:
    said: dict[str, Any] = {"referral_id": one.pk, "by": by, "at": when}
    on = (when - timedelta(days=3)).date()
    referring.write(
        part="voice", voice=VOICE[number % 3], voice_how="With the learning mentor", voice_on=on, no_voice_because="", **said
    )  # fmt: skip
    referring.write(
        part="agencies", agencies="The school nurse since October; nobody else.",
        safeguarding="Looked at by the safeguarding lead this week: nothing follows.", **said,
    )  # fmt: skip
    for parent in child.parents:
        referring.write_parent(
            parent=parent, language=parent.language or "English", interpreter=False, needs="", told="meeting", told_on=on,
            told_words="Understood, and worried.", **said,
        )  # fmt: skip
    for item in one.items.all():
        if words := NOT_NEEDED.get(item.key):
            referring.answer(item_id=item.pk, state="not_applicable", words=words, by=by, at=when)
        elif not checklist.by_itself(item.key):
            evidence.add(
                item_id=item.pk, way="anycomms", sent_on=when.date(), words=PAPERS.get(item.key, ""), by=by, at=when
            )  # fmt: skip


def _answer(scene: Scene, one: Referral, state: str, ago: int, school: Any) -> Referral:
    by, received = scene.users["officer"], scene.day(ago - 1)
    checking_referrals.acknowledge(referral_id=one.pk, by=by, at=received)
    checking_referrals.take_on(referral_id=one.pk, owner=by, by=by, at=received)
    said: dict[str, Any] = {"referral_id": one.pk, "by": by}
    gaps = {"visits": "The log of the second visit is not among the papers."} if state == "returned" else {}
    _checked(one, gaps, 8 if state == "acknowledged" else 99, by, received + LATER)
    if state == "acknowledged":
        return one
    when = scene.day(ago - 3)
    if state == "returned":
        return deciding_referrals.send_back(words="Everything else is there, thank you.", at=when, **said)
    if state == "accepted":
        return _accepted(scene, deciding_referrals.accept(at=when, **said), when)
    if state == "diverted":
        reasons = "A consultant's letter explains most of these weeks: teaching at home is the right way."
        return deciding_referrals.divert(way="medical", reasons=reasons, at=when, **said)
    deciding_referrals.reject(
        reasons="Early help was named but neither offered nor refused in writing.",
        advice="Offer early help to each parent in writing; consult again in four weeks.", at=when, **said,
    )  # fmt: skip
    words = "Early help was offered on the telephone; the note was forgotten and is enclosed now."
    return deciding_referrals.appeal(referral_id=one.pk, words=words, by=school, at=scene.day(ago - 4))


def _checked(one: Referral, gaps: Mapping[str, str], most: int, by: Any, when: datetime) -> None:
    """What was sent another way is here, and so many lines are looked at."""
    items = list(one.items.prefetch_related("papers"))
    for item in items:
        for paper in item.papers.all():
            evidence.receive(paper_id=paper.pk, by=by, at=when)
    found = {item.pk: ("gap", gaps[item.key]) if item.key in gaps else ("good", "") for item in items[:most]}
    checking_referrals.check(referral_id=one.pk, verdicts=found, by=by, at=when)


def _accepted(scene: Scene, one: Referral, when: datetime) -> Referral:
    """The case is one of the officer who signs in."""
    assert one.case is not None
    if one.case.owner_id != scene.users["officer"].pk:
        because = "The link officer has a full caseload."
        cases.allocate(
            case_id=one.case.pk, owner=scene.users["officer"], because=because, by=scene.users["manager"], at=when + LATER
        )  # fmt: skip
    return one
