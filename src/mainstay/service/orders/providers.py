"""What this room asks of the rooms above it, and tells them."""

from mainstay.service.common.announce import Announcement, Provider

#: the buttons of a breached direction and of an attendance order that is not complied with
next_steps = Provider("what can follow from a breach: (order, user) -> list of {'text', 'href'}")
#: shown on the page of an order of either kind
prosecuted = Provider(
    "the prosecutions of an order: (order, user) -> list of {'text', 'href', 'state', 'colour'}"
)
#: order: SupervisionOrder, by, at
supervision_made = Announcement("a supervision order was made: order, by, at")
