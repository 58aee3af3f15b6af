"""The made-up city in the database: its schools, people and the officers who work there."""

from mainstay.service.common.announce import Provider

#: registered by the room that keeps registers: (city, schools, pupil_ids, progress) -> None
#: city: registers.simulate.City; schools: list[School] in the order of city.schools;
#: pupil_ids: list[int] in the order of city.pupils; progress: called with a share (0 to 1) and words
load_registers = Provider("the made-up city's registers: (city, schools, pupil_ids, progress)")
