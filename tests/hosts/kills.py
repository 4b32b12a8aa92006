"""The kill matrix (tests/kill/matrix.py) with its boards on a server: of the calls by which a program changes
something, those that speak to the server are among them.

    kills.py CASE [COUNT]     on a server of its own; MC_CALL and the rest as matrix.py has it"""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
import faults
import matrix
import server


class Told(matrix.Case):
    """What an agent left in its run's folder is taken once, by the first pickup that lives long enough."""
    allowed = finished = {"in_review"}

    def prepare(self, world):
        environment = matrix.Signal().prepare(world)
        told = world.run([matrix.program("mc-ticket"), *matrix.Signal.argv[1:]], **environment,
                         MC_DB="spool:" + world.state)
        if told.returncode or world.sql("SELECT status FROM tickets")[0]["status"] != "in_progress":
            raise AssertionError(f"the word was not left: {told.returncode} {told.stderr.decode()}")
        return {}


CASES = matrix.CASES
CASES["told"] = Told()
# Several pickups on a busy machine take longer than a turn may lie before it is taken for over without a word.
for at_work in ("dispatch", "argv", "prepare", "heal"):
    CASES[at_work].world = {**CASES[at_work].world, "turn_ms": 600000}


def on(one):
    """The worlds of this process are on that server from here on."""
    os.environ["MC_TEST_ENGINE"] = "postgres"
    os.environ["MC_TEST_DB"] = one.uri


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Kills(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = server.Server()
        cls.addClassCleanup(cls.server.stop)
        on(cls.server)

    def spread(self, name, count=0):
        calls, tried, failures = matrix.run(name, count)
        print(f"# {name}: {tried} of {calls} calls", flush=True)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])


if __name__ == "__main__":
    with server.Server() as mine:
        on(mine)
        sys.exit(matrix.main(sys.argv[1:]))
