"""What the outbox tells other rooms about letters sent through GOV.UK Notify.

``reference`` and ``about`` (kind and id) are what the letter was queued with.
"""

from mainstay.service.common.announce import Announcement

#: printed and posted; on: the London day of it
letter_posted = Announcement("a letter was posted: reference, about, on, at")
#: given up; problem: words, which say so where nobody knows whether it was posted
letter_failed = Announcement("a letter could not be posted: reference, about, problem, at")
#: came back undelivered; on: the day this was heard, which may be weeks after the posting
letter_returned = Announcement("a letter was returned: reference, about, on, at")
