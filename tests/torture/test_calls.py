"""The short form: a spread of the calls that go wrong, of the short counts, and of what a machine can be short of."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
if os.access("/dev/shm", os.W_OK):
    os.environ.setdefault("MC_WORLDS", "/dev/shm")  # nothing is waited for there
import calls
import limits
import short
import tracer

LOOKS = ("list", "runtimes")
ACTS = ("add", "import")
LIVE = ("dispatch", "give-back")


class Calls(unittest.TestCase):
    maxDiff = None

    def spread(self, run, count, cases):
        points, tried, failures = run(count, 0, 1, (), cases)
        self.assertEqual(failures, [])
        self.assertGreater(points, len(tried))
        self.assertGreaterEqual(len(tried), len(cases))

    def test_looks(self):
        self.spread(calls.run, 12, LOOKS)

    def test_acts(self):
        self.spread(calls.run, 3, ACTS)

    def test_programs(self):
        self.spread(calls.run, 1, LIVE)

    def test_short_counts(self):
        self.spread(short.run, 1, ("list",))

    def test_limits(self):
        self.spread(limits.run, 2, ("list", "add"))

    def test_a_fault_is_seen(self):
        """What the judges are there for: an ordinary failure that is taken for a success, or for nothing."""
        scene = calls.SCENES["add"]
        scene.reference()
        point = tracer.Point("mc-ticket", 1, "write", 1, 1, "pipe:[1]", False)
        world = scene.begun()
        try:
            for end in ((0, "", ""), (74, "", ""), (-6, "", "x"), (None, "", "")):
                with self.assertRaises(AssertionError):
                    scene.judge(world, point, "EIO", end)
        finally:
            scene.over(world)


if __name__ == "__main__":
    if not tracer.may_trace():
        print("nobody may trace here, or not on this machine")
        sys.exit(77)
    unittest.main()
