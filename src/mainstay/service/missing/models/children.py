"""A child missing education: what was told, where the matter stands, who told it, whom they live with."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import (
    Parent,
    Pupil,
    School,
    pupils_in_view,
    schools_in_view,
    street_of,
)


class MissingChildQuerySet(models.QuerySet["MissingChild"]):
    def visible_to(self, user: Any) -> "MissingChildQuerySet":
        """The service sees every one but those it has a conflict about; a school what it referred or is asked about."""
        if not user.may("see_missing"):
            return self.none()
        if not user.sees_all_schools:
            return self.exclude(school=None).filter(schools_in_view(user))
        return self.filter(pupils_in_view(user), Q(school=None) | schools_in_view(user))

    def open(self) -> "MissingChildQuerySet":
        return self.exclude(state__in=ENDED)

    def sought(self) -> "MissingChildQuerySet":
        """Those whose whereabouts are not known: what rolls are compared with."""
        State = MissingChild.State
        return self.filter(state__in=(State.SCHOOL, State.REFERRED, State.ENQUIRIES, State.NOT_FOUND))


class MissingChild(models.Model):
    """One child believed to be missing education, from the school's own enquiries (C1) to closure (C8).

    A child may be known by what was told only: then ``pupil`` is empty.
    """

    class State(models.TextChoices):
        SCHOOL = "school", "School makes its own enquiries"
        REFERRED = "referred", "To look through"
        ENQUIRIES = "enquiries", "Enquiries under way"
        NOT_FOUND = "not_found", "Not found: search goes on"
        FOUND = "found", "Found: to confirm"
        PLACE = "place", "Found without a place"
        RETURNED = "returned", "Returned to the referrer"
        CLOSED = "closed", "Closed"

    class Route(models.TextChoices):
        SCHOOL = "school", "School"
        PROFESSIONAL = "professional", "Professional"
        AUTHORITY = "authority", "Another local authority"
        PUBLIC = "public", "Member of the public"
        SERVICE = "service", "The service itself"

    class Reason(models.TextChoices):
        GONE = "gone", "Stopped attending, whereabouts not known"
        MOVED = "moved", "Moved, new school not known"
        ABROAD = "abroad", "Said to have gone abroad"
        LEAVE = "leave", "Did not return from leave"
        NEVER_STARTED = "never_started", "Place offered, never started"
        TRANSFER = "transfer", "Lost between two schools or phases"
        NEW = "new", "New to the area, on no roll"
        NOT_EDUCATED = "not_educated", "Seen or said to have no education"
        OTHER = "other", "Something else"

    class Where(models.TextChoices):
        CITY = "city", "In the area"
        AUTHORITY = "authority", "In another authority"
        ABROAD = "abroad", "Abroad"
        OTHER = "other", "Elsewhere"

    class Way(models.TextChoices):
        OUTSIDE = "outside", "Lives outside the area: the council there is told"
        HOME_EDUCATION = "home_education", "Home education"
        ATTENDANCE_ORDER = "attendance_order", "School attendance order"
        ATTENDANCE = "attendance", "On a roll: attendance"
        ADMISSION = "admission", "School admissions"
        KNOWN = "known", "Known already under another number"
        NOT_MISSING = "not_missing", "Not missing education"

    pupil = models.ForeignKey(
        Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="missing_children"
    )
    # as told
    forename = models.CharField(max_length=80, blank=True)
    middle_names = models.CharField(max_length=120, blank=True)
    surname = models.CharField(max_length=80)
    key = models.CharField(max_length=180, db_index=True)  # folded "surname forename"
    date_of_birth = models.DateField(null=True, blank=True)
    age_told = models.CharField(max_length=40, blank=True)  # where no date of birth is known: "about 9"
    sex = models.CharField(max_length=1, blank=True)
    upn = models.CharField("unique pupil number", max_length=13, blank=True, db_index=True)
    year_group = models.CharField(max_length=4, blank=True)
    ethnicity = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=60, blank=True)
    flags = models.JSONField(default=list)  # of ``FLAGS``
    last_school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    last_school_told = models.CharField(max_length=160, blank=True)  # one that is not in the directory
    last_attended_on = models.DateField(null=True, blank=True)
    last_seen_on = models.DateField(null=True, blank=True)
    last_seen_told = models.CharField(max_length=300, blank=True)  # where, by whom
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    street = models.CharField(max_length=120, blank=True)  # folded, without the number
    destination = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=14, choices=Reason)
    told = models.TextField(blank=True)
    safeguarding = models.TextField(blank=True)  # the referrer's view
    # who told it
    route = models.CharField(max_length=12, choices=Route)
    school = models.ForeignKey(  # which referred, or is asked: it sees the matter
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="missing_children"
    )
    referrer = models.CharField(max_length=120, blank=True)
    referrer_post = models.CharField(max_length=120, blank=True)
    referrer_email = models.EmailField(blank=True)
    referrer_phone = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    absent_from = models.DateField(
        null=True, blank=True
    )  # first school day of the absence: C1 counts from it
    received_on = models.DateField(null=True, blank=True)  # the day of the referral: C3 and C4 count from it
    # risk first
    risks = models.JSONField(default=list)  # triggers ticked, names of ``risk.TRIGGERS``
    risk_seen_on = models.DateField(null=True, blank=True)
    # where it stands
    state = models.CharField(max_length=12, choices=State)
    state_since = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    triaged_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=16, choices=Way, blank=True)  # where a returned referral goes instead
    answer = models.TextField(blank=True)  # what the referrer was told last
    answered_at = models.DateTimeField(null=True, blank=True)
    where = models.CharField(max_length=10, choices=Where, blank=True)
    where_told = models.CharField(max_length=300, blank=True)
    found_on = models.DateField(null=True, blank=True)
    not_found_on = models.DateField(null=True, blank=True)

    #: the day an action looks at it; for a page today
    looked_on: date | None = None

    objects = MissingChildQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"],
                condition=~Q(state__in=["closed", "returned"]),
                name="one_open_missing_child",
            ),
        ]

    def __str__(self) -> str:
        return f"missing child {self.pk}"  # never a name: this ends up in logs

    @property
    def number(self) -> str:
        return f"ME-{self.pk:06}"

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}".strip()

    @property
    def restricted(self) -> bool:
        return self.pupil is not None and self.pupil.restricted

    @property
    def listed_name(self) -> str:
        """As lists show it: surname first; initials where the record is restricted."""
        if self.pupil is not None and self.pupil.restricted:
            return self.pupil.initials
        return ", ".join(filter(None, (self.surname, self.forename)))

    @property
    def school_told(self) -> str:
        return self.last_school.name if self.last_school else self.last_school_told

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key, self.street = fold(f"{self.surname} {self.forename}")[:180], street_of(self.address)
        super().save(*args, **kwargs)


ENDED: Final = (MissingChild.State.CLOSED, MissingChild.State.RETURNED)

#: what is known of the child: name -> words
FLAGS: Final = {
    "ehcp": "Education, health and care plan",
    "sen": "Special educational needs",
    "protection": "Child protection plan",
    "in_need": "Child in need",
    "in_care": "Looked after by a council",
    "carer": "Young carer",
    "traveller": "Gypsy, Roma, Traveller or showman family",
    "asylum": "Refugee or seeking asylum",
    "pregnant": "Pregnant or a young parent",
}


class MissingAlias(models.Model):
    """Another name the child is known by."""

    child = models.ForeignKey(MissingChild, on_delete=models.CASCADE, related_name="aliases")
    forename = models.CharField(max_length=80, blank=True)
    surname = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=180, db_index=True)  # folded "surname forename"

    class Meta:
        ordering = ["pk"]

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(f"{self.surname} {self.forename}")[:180]
        super().save(*args, **kwargs)


class MissingParent(models.Model):
    """A parent or carer as told."""

    child = models.ForeignKey(MissingChild, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Parent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    key = models.CharField(max_length=180, db_index=True)  # folded name
    relationship = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)[:180]
        super().save(*args, **kwargs)


class MissingSibling(models.Model):
    """A brother or sister as told, and where they go to school."""

    child = models.ForeignKey(MissingChild, on_delete=models.CASCADE, related_name="siblings")
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    date_of_birth = models.DateField(null=True, blank=True)
    school = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["pk"]
