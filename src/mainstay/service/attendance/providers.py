"""What this room asks of the rooms above it."""

from mainstay.service.common.announce import Provider

#: the buttons of a finding's page
next_steps = Provider("what can follow from a finding: (finding, user) -> list of {'text', 'href'}")
#: ``queries.screen.Block``; ``Block.order`` says where it stands, those of this room at 50
first_page = Provider("cards of the first page: (user, today) -> list[Block]")
#: what was done about children's attendance, to be measured: (pupil ids or None for all) -> list[Intervention]
interventions = Provider("interventions: (pupils or None) -> list[interventions.Intervention]")
