"""What leaves the building is a row first and a message later."""

from django.db import models


class Message(models.Model):
    """One e-mail (later: letter, invitation, webhook) waiting, sent or failed."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    made_at = models.DateTimeField()
    kind = models.CharField(max_length=20, default="email")
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
