"""Three machines, one board: many pickups of all of them at once. Each ticket is started once, no machine has more
agents at work than it may, and none touches what is another's."""
import sys
import unittest

sys.dont_write_bytecode = True
import race
import server


class Crowd(race.Race):
    def test_24_tickets(self):
        self.work_off(24, 12)
        self.check()


if __name__ == "__main__":
    server.need()
    unittest.main()
