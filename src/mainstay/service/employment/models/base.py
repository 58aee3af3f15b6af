"""What permits, licences, approvals and chaperones share: an application that is checked, decided, and may end."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import Pupil, pupils_in_view


class ApplicationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """The service's own; of children in view, and of those nobody has found in the directory yet."""
        if not user.may("see_employment"):
            return self.none()
        if not any(field.name == "pupil" for field in self.model._meta.fields):
            return self.all()
        return self.filter(models.Q(pupil=None) | pupils_in_view(user))


class State(models.TextChoices):
    RECEIVED = "received", "Being checked"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REVOKED = "revoked", "Revoked"
    ENDED = "ended", "Over"


class Source(models.TextChoices):
    PUBLIC = "public", "The public form"
    STAFF = "staff", "Typed by the service"
    SCHOOL = "school", "A school"
    OFFICER = "officer", "An officer of the service"


class Application(models.Model):
    """One application, from its arrival to the end of what was granted."""

    State = State
    PREFIX: ClassVar[str]

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    state_since = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    received_on = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    conditions = models.JSONField(default=list)  # one sentence each
    granted_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)  # the last day on which it holds
    ended_on = models.DateField(null=True)
    ended_because = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"{self.PREFIX}-{self.pk:06}"


class ChildsApplication(Application):
    """One about a child, who is found in the directory, or said not to be in it."""

    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    off_record = models.CharField(max_length=300, blank=True)  # why the child is in no record here
    child_name = models.CharField(max_length=160)  # as the applicant wrote it
    born_on = models.DateField()
    child_address = models.CharField(max_length=300)
    child_school = models.CharField(max_length=160)
    parent_name = models.CharField(max_length=160)
    parent_contact = models.CharField(max_length=200)
    parent_signed_on = models.DateField(null=True)

    class Meta(Application.Meta):
        abstract = True

    @property
    def listed_child(self) -> str:
        """The child's name in a list; a restricted child is shown by initials."""
        if self.pupil is None:
            return self.child_name
        return f"{self.pupil.initials} (restricted)" if self.pupil.restricted else self.pupil.name
