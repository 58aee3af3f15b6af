"""What this room asks of the rooms above it."""

from mainstay.service.common.announce import Provider

#: the buttons of a finding's page
next_steps = Provider("what can follow from a finding: (finding, user) -> list of {'text', 'href'}")
#: ``queries.screen.Block``; ``Block.order`` says where it stands, those of this room at 50
first_page = Provider("cards of the first page: (user, today) -> list[Block]")
#: on the first page too; whoever leads a team has them on a page of their own (``queries.home``)
own_work = Provider("cards about this person's own work: (user, today) -> list[Block]")
#: as in ``queries.team.numbers``: (noun, what was done, a function (user) -> rows in view, the field of the moment)
week = Provider("what else the week in numbers counts: () -> list of (noun, done, rows, field)")
#: what was done about children's attendance, to be measured: (pupil ids or None for all) -> list[Intervention]
interventions = Provider("interventions: (pupils or None) -> list[interventions.Intervention]")
#: for the order in which children are discussed: who is looked after already comes after who is not
in_hand = Provider("those of these pupils with a plan or an open case: (pupil_ids) -> iterable of ids")
#: where somebody's day begins, if not on the first page; they are led there once a sign-in
first_screen = Provider("where a person's day begins: (user, today) -> address or None")
#: lines of a leader's first page that are only numbers, zeros left out: (user, today) -> list[Counted]
counted = Provider("what is counted for whoever leads: (user, today) -> list[screen.Counted]")
#: cards of own work that are seldom more than a few rows; a card without a row is left out: (user, today) -> list[Listed]
listed = Provider("what waits for this person, by child: (user, today) -> list[screen.Listed]")
