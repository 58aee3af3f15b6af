"""Pages of visits, investigations and plans: what each person sees, what is kept when it is refused, how much is asked."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EnrolmentFactory, ParentFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at, days_before, give, later, marked, present
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent
from tests.factories_referrals import a_consultation, a_referral, an_absentee
from tests.factories_visits import a_plan, a_running_plan, a_schools_plan, a_visit, a_visit_made, ready

from mainstay.service.accounts.models import User
from mainstay.service.casework.actions import cases, investigations, plan_reviews, visits
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import KeptText, Passage, Plan, PlanLine, Visit
from mainstay.service.casework.queries.appointments import sent_for as visit_letters_of
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.models import Document, Leaflet
from mainstay.service.record.models import Entry, RestrictedOpening

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_a_visit_is_planned_from_its_case_and_found_on_the_first_page() -> None:
    case = a_case()
    client = signed_in(case.owner)
    address = reverse("visit_new", args=[case.pk])
    assert address in text(client.get(reverse("case", args=[case.pk])))
    sent = {
        **day("day", TODAY), "hour": "16:00", "minutes": "60", "place": "home", "announced": "yes", "told": "",
        "purpose": "To meet the family", "risks": "A big dog",
    }  # fmt: skip
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "how and when the family was told" in text(refused) and "A big dog" in text(refused)
    done = client.post(address, {**sent, "told": "By telephone today"}, follow=True)
    assert "The visit is planned" in text(done) and "A big dog" in text(done)
    assert "4:00pm" in text(client.get(reverse("home")))


def test_the_letter_of_an_announced_visit_is_ticked_by_parent_and_stands_on_its_page(
    django_assert_max_num_queries: Any,
) -> None:
    case = a_case()
    parent = a_parent(case.pupil, of__lives_with=True)
    careful = a_parent(case.pupil, forename="Ida", of__lives_with=True, safe_contact="Never to the home")
    visit = a_visit(case, announced=True, told="By letter", place="elsewhere", starts=later(9))
    client, address = signed_in(case.owner), reverse("visit", args=[visit.pk])
    with django_assert_max_num_queries(20):
        page = text(client.get(address))
    assert page.count(" checked") == 1 and "Writing safely: Never to the home" in page
    bad = client.post(reverse("visit_letter", args=[visit.pk]), {"parents": [parent.pk], "where": ""})
    assert bad.status_code == 400 and "Say where you meet" in text(bad)
    sent = {"parents": [parent.pk, careful.pk], "where": "The library"}
    page = text(client.post(reverse("visit_letter", args=[visit.pk]), sent, follow=True))
    assert "The letters are made" in page and page.count(">Letter to ") == 2 and "Leaflets given" in page
    assert "The library" in str(Document.objects.get(pk=visit_letters_of(visit)[0].document_id).values)


def test_a_manager_sees_at_once_who_was_not_heard_from_and_answers() -> None:
    visit = a_visit(when=at(hour=7), starts=at(hour=9))
    visits.arrive(visit_id=visit.pk, by=visit.meeting.organiser, at=at(hour=9))
    Visit.objects.filter(pk=visit.pk).update(alarmed_at=at(hour=11))
    manager = UserFactory(role="service_manager")
    client = signed_in(manager)
    assert "Officers not heard from" in text(client.get(reverse("home")))
    page = text(client.get(reverse("visit", args=[visit.pk])))
    assert "has not been heard from" in page
    empty = client.post(reverse("visit_alarm", args=[visit.pk]), {"words": ""})
    assert empty.status_code == 400 and "Say how the officer is" in text(empty)
    client.post(reverse("visit_alarm", args=[visit.pk]), {"words": "Rang: all is well."})
    assert "Officers not heard from" not in text(client.get(reverse("home")))


def test_a_save_over_another_shows_both_and_puts_one_away_later() -> None:
    visit = a_visit_made(when=at(TODAY - timedelta(3)), starts=later(-1))
    officer, other = visit.meeting.organiser, UserFactory(role="ewo")
    said = {
        "outcome": "",
        "child_seen": None,
        "who_seen": "",
        "version": 1,
        "typed": [Typed("said", "A dog barked.", 0)],
    }
    visits.save(visit_id=visit.pk, by=other, at=at(), **said)
    client, address = signed_in(officer), reverse("visit_record", args=[visit.pk])
    sent = {
        "outcome": "seen", "who_seen": "Mother", "version": 1, "said": "The hall was cold.", "version-said": 0, "child": "",
        "version-child": 0, "next": "", "version-next": 0, "finish": "yes",
    }  # fmt: skip
    both = client.post(address, sent)
    assert both.status_code == 409
    page = text(both)
    assert "A dog barked." in page and "The hall was cold." in page and "Nothing is lost" in page
    visit.refresh_from_db()
    assert visit.state == "left"  # not finished over another's words
    kept = KeptText.objects.get(beside=True)
    client.post(
        address, {**sent, "version": 2, "said": "A dog barked. The hall was cold.", "version-said": 1}
    )
    client.post(reverse("text_put_away", args=[kept.pk]))
    assert "also written by" not in text(client.get(address))
    visit.refresh_from_db()
    assert (visit.state, Passage.objects.get(key="said").version) == ("recorded", 2)
    late = client.post(address, {**sent, "version": 2, "who_seen": "Father", "said": "", "version-said": 2})
    assert late.status_code == 409  # the answers stay as they were, and these are not lost from the page
    assert "You had answered" in text(late) and "Who was seen: Father" in text(late)


def test_two_who_say_why_no_agency_was_asked_lose_no_words_and_who_said_nothing_blanks_nothing() -> None:
    case = a_case()
    one = case.investigation
    first, second = signed_in(case.owner), signed_in(UserFactory(role="ewo"))
    address, shown = reverse("investigation_save", args=[one.pk]), reverse("investigation", args=[one.pk])
    seen = re.search(r'name="seen" value="(\w+)"', text(first.get(shown)))
    assert seen is not None
    stale = {"seen": seen[1], "analysis": "", "version-analysis": 0, "child": "", "version-child": 0}
    first.post(address, {**stale, "no_agencies": "None is involved."})
    assert second.post(address, {**stale, "no_agencies": "", "analysis": "The bus."}).status_code == 302
    one.refresh_from_db()
    assert (one.no_agencies, Passage.objects.get().text) == ("None is involved.", "The bus.")
    both = second.post(address, {**stale, "no_agencies": "The nurse is away."})
    assert both.status_code == 400 and "changed this meanwhile" in text(both)
    assert text(both).count("None is involved.") > 1 and "The nurse is away." in text(both)


def test_an_investigation_goes_from_its_page_to_monitoring() -> None:
    case = a_case()
    one, client = ready(case), signed_in(case.owner)
    asked = investigations.ask_agency(
        investigation_id=one.pk, agency="School nurse", person="", asked_on=TODAY, basis="task", basis_words="",
        shared="The name.", learnt="She rings back.", by=case.owner, at=at(),
    )  # fmt: skip
    address = reverse("investigation_finish", args=[one.pk])
    refused = client.post(
        address, {"recommendation": "monitor", "reasons": "It is the bus.", **day("review_on", TODAY)}
    )
    assert refused.status_code == 400 and "It is the bus." in text(refused)
    sent = {"recommendation": "monitor", "reasons": "It is the bus.", **day("review_on", later(28).date())}
    assert "Go on to monitoring" in text(client.post(address, sent, follow=True))
    client.post(reverse("investigation_monitor", args=[one.pk]))
    case.refresh_from_db()
    assert case.state == "monitoring"
    colleague, answered = UserFactory(role="ewo"), reverse("investigation_learnt", args=[one.pk, asked.pk])
    assert signed_in(colleague).post(answered, {"learnt": " "}).status_code == 400
    page = text(signed_in(colleague).post(answered, {"learnt": "Asthma."}, follow=True))
    assert "She rings back." in page and f"{colleague.name}: Asthma." in page
    assert f'data-saved="investigation-{one.pk}-learnt-{asked.pk}"' in page
    assert Entry.objects.get(title="School nurse answered").text == "Asthma."
    said = {"case_id": case.pk, "reason": "moved", "reasons": "To Wales.", "by": case.owner, "at": later(2)}
    cases.close(**said)
    refused = client.post(answered, {"learnt": "More."})
    assert refused.status_code == 400 and "This case is closed" in text(refused)
    assert "Add what you learnt" not in text(client.get(reverse("investigation", args=[one.pk])))


def test_a_plan_is_written_offered_and_reviewed_on_its_page() -> None:
    case = a_case()
    parent, client = ParentFactory(of=case.pupil), signed_in(case.owner)
    days = {
        **day("starts_on", TODAY),
        **day("ends_on", later(84).date()),
        **day("review_on", later(42).date()),
    }
    client.post(reverse("plan_new", args=[case.pk]), {"kind": "contract", "target": "92", **days})
    plan = Plan.objects.get()
    where = {
        name: reverse(f"plan_{name}", args=[plan.pk])
        for name in ("write", "promise", "step", "sign", "review")
    }
    client.post(
        where["write"], {"situation": "Ada likes art.", "version-situation": 0, "target": "93", **days}
    )
    for owner in ("parent", "school"):
        sent = {"need": "Mornings", "action": f"By the {owner}", "owner": owner, "measure": "Register"}
        client.post(where["promise"], {**sent, **day("due_on", later(14).date())})
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert "Ada likes art." in page and "Nobody has to offer one" in page
    client.post(where["step"], {"step": "offer"})
    said = {"who": f"parent:{parent.pk}", "agreed": "yes", **day("on", TODAY)}
    client.post(where["sign"], said)
    client.post(where["step"], {"step": "start"})
    plan.refresh_from_db()
    assert (plan.state, plan.target) == ("running", 93)
    ticks = {f"status-{line.pk}": "done" for line in plan.lines.all()}
    refused = client.post(where["review"], {**ticks, "words": ""})
    assert refused.status_code == 400 and "Write down what was said" in text(refused)
    client.post(where["review"], {**ticks, "words": "Better mornings."})
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert "Better mornings." in page
    assert "Not given with this yet: Support, For pupils" in page
    give = reverse("leaflet_give", args=[case.pupil_id])
    about = f"casework.plan:{plan.pk}"
    assert f'value="{about}" selected' in text(client.get(f"{give}?with={about}"))
    given = {
        "to": "child", "leaflet": Leaflet.objects.get(subject="pupil", language="en").pk, "how": "read", "about": about,
        **day("given_on", TODAY),
    }  # fmt: skip
    page = text(client.post(give, given, follow=True))  # back to the plan
    assert "to the child, read to them" in page and "Not given with this yet: Support." in page


def test_a_school_begins_a_plan_from_a_consultation_and_a_referral_shows_it() -> None:
    pupil = an_absentee()
    school = UserFactory(role="school_staff", school=pupil.school)
    consultation, client = a_consultation(pupil), signed_in(school)
    begin = reverse("plan_begin", args=[pupil.pk])
    page = text(client.get(reverse("consultation", args=[consultation.pk])))
    assert f"{begin}?consultation={consultation.pk}" in page
    assert begin in text(client.get(reverse("pupil_cases", args=[pupil.pk])))
    assert "Early help assessment" not in text(client.get(begin))
    days = {
        **day("starts_on", TODAY),
        **day("ends_on", later(84).date()),
        **day("review_on", later(7).date()),
    }
    client.post(f"{begin}?consultation={consultation.pk}", {"kind": "action", "target": "92", **days})
    plan = Plan.objects.get()
    assert (plan.consultation, plan.from_school, plan.case) == (consultation, True, None)
    where = {name: reverse(f"plan_{name}", args=[plan.pk]) for name in ("write", "promise", "step")}
    client.post(
        where["write"], {"situation": "Ada likes art.", "version-situation": 0, "target": "93", **days}
    )
    promised = {"need": "Mornings", "action": "By the parent", "owner": "parent", "measure": "Register"}
    client.post(where["promise"], {**promised, **day("due_on", later(5).date())})
    for step in ("offer", "start"):
        client.post(where["step"], {"step": step})
    assert "Plans to review" in text(client.get(reverse("home")))
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert "Ada likes art." in page and "Say how it stands: By the parent" in page and "Before a case" in page
    referral = a_referral("draft", pupil=pupil, consulted=False)
    tasks = text(client.get(reverse("referral", args=[referral.pk])))
    assert plan.number in tasks
    assert "Not given with this yet: The legal process, Support, For pupils" in tasks
    stranger = signed_in(UserFactory(role="school_staff", school=a_case().school))
    for address in (begin, reverse("plan", args=[plan.pk])):
        assert stranger.get(address).status_code == 404
    officer = signed_in(UserFactory(role="ewo"))
    assert "You do not lead this plan" in text(officer.get(reverse("plan_review", args=[plan.pk])))
    assert plan.number in text(officer.get(reverse("pupil_cases", args=[pupil.pk])))


def test_a_school_the_child_has_left_leads_nothing_and_reads_of_its_own_roll_alone() -> None:
    pupil = a_child()
    school, new = pupil.school, a_school()
    days = days_before(school)
    half = len(days) // 2
    give(pupil, marked(days[: half + 4], "O", 2 * half + 8))  # some of them after the last day there
    give(pupil, present(days[half:]), school=new)
    teacher, officer = UserFactory(role="school_staff", school=school), UserFactory(role="ewo")
    plan, mother = a_schools_plan(pupil, teacher), ParentFactory(of=pupil)
    said = {"plan_id": plan.pk, "at": at()}
    copy = plan_reviews.make_copy(parent=mother.pk, by=teacher, **said)
    Plan.objects.filter(pk=plan.pk).update(starts_on=days[half - 2])
    pupil.enrolments.update(left_on=days[half - 1])
    EnrolmentFactory(pupil=pupil, school=new, entered_on=days[half])
    father = ParentFactory(of=pupil, forename="Ignatius")
    client, where = (
        signed_in(teacher),
        {n: reverse(f"plan_{n}", args=[plan.pk]) for n in ("sign", "review", "step")},
    )
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert "Say how it stands" not in page and "Copies for parents" not in page
    assert father.name not in text(client.post(where["sign"], {}))
    assert client.get(reverse("plan_copy_file", args=[plan.pk, copy.pk])).status_code == 404
    assert "By the school" not in text(client.get(reverse("home")))
    asked = text(client.get(where["review"]))
    assert "You do not lead this plan" in asked and "0.0% attended" in asked and ": 0 of 4 sessions" in asked
    ticks = {line.pk: ("done", "") for line in plan.lines.all()}
    with pytest.raises(StepRefused, match="education welfare service leads"):
        plan_reviews.review(ticks=ticks, words="Well.", next_on=None, by=teacher, **said)
    plan_reviews.review(ticks=ticks, words="Well.", next_on=None, by=officer, **said)
    kept = plan.reviews.get().register
    seen = {by: text(signed_in(by).get(reverse("plan", args=[plan.pk]))) for by in (teacher, officer)}
    assert kept["percent"] > 50 and f"{kept['percent']}% attended" in seen[officer]
    assert "0.0% attended" in seen[teacher] and f"{kept['percent']}% attended" not in seen[teacher]


def test_an_assessment_is_written_area_by_area_with_who_agreed() -> None:
    pupil, client = an_absentee(), signed_in(UserFactory(role="ewo"))
    parent = pupil.parenthoods.get().parent
    days = {
        **day("starts_on", TODAY),
        **day("ends_on", later(84).date()),
        **day("review_on", later(42).date()),
    }
    begun = {"kind": "early_help", "purchased": "on", **days}
    client.post(reverse("plan_begin", args=[pupil.pk]), begun)
    plan = Plan.objects.get()
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert plan.purchased and "What would help" in page and f'data-autosave-form="plan-{plan.pk}"' in page
    assert "Record which parent agreed" in page
    agreed = {"parent": str(parent.pk), "how": "signed", **day("on", TODAY)}
    address = reverse("plan_consent", args=[plan.pk])
    refused = client.post(address, agreed)
    assert refused.status_code == 400 and "Say whether the school may read it" in text(refused)
    page = text(client.post(address, {**agreed, "with_school": "no"}, follow=True))
    assert "The school may not read it" in page
    end = reverse("plan_consent_end", args=[plan.pk, plan.consents.get().pk])
    page = text(client.post(end, follow=True))
    assert "they no longer agree" in page and "Ended" in page
    manager, edit = signed_in(UserFactory(role="service_manager")), reverse("assessment_areas_edit")
    form = {
        "area-TOTAL_FORMS": "3", "area-INITIAL_FORMS": "0", "area-0-key": "voice", "area-0-text": "Your say",
        "area-1-key": "parents", "area-1-text": "Parents", "area-2-text": "Money", "reason": "Plainer", **day("since", TODAY),
    }  # fmt: skip
    assert manager.post(edit, {**form, "area-1-text": ""}).status_code == 400
    assert "Money" in text(manager.post(edit, form, follow=True))


def test_a_school_sees_what_was_offered_and_answers_for_its_own_promises() -> None:
    case = a_case()
    draft, plan = a_plan(case, kind="action"), a_running_plan(case)
    client = signed_in(UserFactory(role="school_staff", school=case.school))
    assert client.get(reverse("plan", args=[draft.pk])).status_code == 404
    assert client.get(reverse("visits")).status_code == 403
    assert "Meets the child at the gate" in text(client.get(reverse("home")))
    ours, theirs = plan.lines.get(owner="school"), plan.lines.get(owner="parent")
    page = text(client.get(reverse("plan", args=[plan.pk])))
    assert f"Say how it stands: {ours.action}" in page and f"Say how it stands: {theirs.action}" not in page
    sent = {"status": "done", "evidence": "Every day."}
    refused = client.post(reverse("plan_report", args=[plan.pk, theirs.pk]), sent)
    assert refused.status_code == 400 and "Only the side that promised" in text(refused)
    client.post(reverse("plan_report", args=[plan.pk, ours.pk]), sent)
    assert PlanLine.objects.get(pk=ours.pk).status == "done"
    assert "Visits" not in text(client.get(reverse("case", args=[case.pk])))


def test_a_restricted_childs_visit_asks_for_a_reason_first() -> None:
    visit = a_visit()
    pupil = visit.case.pupil
    pupil.restricted = True
    pupil.save()
    client, address = signed_in(visit.meeting.organiser), reverse("visit", args=[visit.pk])
    assert client.get(address).status_code == 302
    assert client.post(reverse("visit_arrive", args=[visit.pk])).status_code == 404
    assert pupil.surname not in text(client.get(reverse("visits")))
    RestrictedOpening.objects.create(
        pupil=pupil, user=visit.meeting.organiser, at=at(), until=later(1), reason="The visit of today"
    )
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["visits", "plans"])
def test_a_list_asks_as_much_for_many_as_for_few(name: str, django_assert_max_num_queries: Any) -> None:
    officer = UserFactory(role="ewo")
    for _ in range(8):
        case = a_case(owner=officer)
        a_visit(case)
        a_plan(case)
    client = signed_in(officer)
    with django_assert_max_num_queries(15):
        page = client.get(reverse(name))
    assert text(page).count("Fenwick") >= 8


def test_a_cases_page_asks_no_more_for_many_visits_and_plans(django_assert_max_num_queries: Any) -> None:
    case = a_case()
    for _ in range(6):
        visit = a_visit_made(case)
        said = {
            "outcome": "",
            "child_seen": None,
            "who_seen": "",
            "version": 1,
            "typed": [Typed("said", "Words.", 0)],
        }
        visits.save(visit_id=visit.pk, by=case.owner, at=later(3), **said)
        a_plan(case)
    client = signed_in(case.owner)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("case", args=[case.pk]))
    assert text(page).count("Words.") == 6 and "&lt;p" not in text(page)
