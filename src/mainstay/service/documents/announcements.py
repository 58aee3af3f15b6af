"""What the documents tell the rooms above them. Listeners run in the same transaction."""

from mainstay.service.common.announce import Announcement

#: service: Service as it is now; before: dict of ``Service.facts()`` as they were, None for one just recorded;
#: by, at. ``service.presumed_on`` is the day the document counts as received, None where it does not.
service_changed = Announcement("when a document counts as received changed: service, before, by, at")
