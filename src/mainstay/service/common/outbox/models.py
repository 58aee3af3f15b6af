"""What leaves the building is a row first and a message later."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import models

from mainstay.service.common.uploads.models import StoredFile


class Message(models.Model):
    """One e-mail, letter, calendar invitation or event, with what became of it."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        ONCE = "email-once", "E-mail with a link"  # the link signs somebody in: forgotten when it is gone
        LETTER = "letter", "Letter"
        INVITATION = "invitation", "Calendar invitation"
        WEBHOOK = "webhook", "Event for another system"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "With GOV.UK Notify"  # a letter that is not printed and posted yet
        SENT = "sent", "Sent"
        RETURNED = "returned", "Returned"  # a letter that nobody took in
        FAILED = "failed", "Failed"

    made_at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.EMAIL)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payload = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()  # a letter that is taken: the next time to ask about it
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # a letter: printed and posted
    external_id = models.CharField(max_length=64, blank=True)  # what GOV.UK Notify calls it
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="message_due"),
            models.Index(fields=["made_at"], name="message_made_at"),
            models.Index(fields=["external_id"], name="message_external"),
        ]

    @property
    def mark(self) -> str:
        """Names it to whoever receives it: the same at every try, no other message's, also after a restore."""
        return f"{self.pk}.{int(self.made_at.timestamp())}"

    @property
    def to_shown(self) -> str:
        """Whom it goes to, for lists: no family's name or whole address, no key within a web address."""
        if self.kind == self.Kind.LETTER:
            return "By post"
        if self.kind == self.Kind.INVITATION:
            name, _, host = self.to.rpartition("@")
            return f"{name[:1]}…@{host}"
        if self.kind == self.Kind.WEBHOOK:
            return urlsplit(self.to).hostname or ""
        return self.to

    @property
    def when(self) -> datetime | None:
        """The next try of what waits; else when it was posted or handed over."""
        return self.next_try_at if self.state == self.State.WAITING else self.delivered_at or self.sent_at
