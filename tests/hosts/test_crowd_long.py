"""The same with 300 tickets (MC_TICKETS) and 60 pickups at once: without and with a workspace, and through pgbouncer."""
import os
import shutil
import sys
import unittest

sys.dont_write_bytecode = True
import crowd
import race
import server


TICKETS = int(os.environ.get("MC_TICKETS", "300"))


class Long(race.Race):
    most = {"anna": 6, "bert": 9, "carl": 12}

    def test_private_directories(self):
        self.work_off(TICKETS, 60)
        self.check()

    def test_in_slots_of_a_repository(self):
        self.work_off(TICKETS, 60, pool=True)
        self.check()
        heads = crowd.Machine.git(self.team.origin, "for-each-ref", "--format=%(refname)", "refs/heads").split()
        self.assertEqual(len(heads), TICKETS + 1)
        self.assertEqual(crowd.Machine.git(self.team.origin, "rev-list", "--count", "--all").strip(), str(TICKETS + 1))

    @unittest.skipUnless(shutil.which("pgbouncer"), "pgbouncer is not installed")
    def test_through_pgbouncer(self):
        self.work_off(TICKETS, 60, bounced=True)
        self.check()
        self.assertNotRegex(self.team.bouncer.said(), "(?i)error|prepared")


if __name__ == "__main__":
    server.need()
    unittest.main()
