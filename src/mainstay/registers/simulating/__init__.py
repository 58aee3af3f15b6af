"""The parts of the made-up city; ``mainstay.registers.simulate`` is the door."""
