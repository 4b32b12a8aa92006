"""The short form of the kill matrix: a spread of the calls. Errors instead of death: tests/torture."""
import sys
import unittest

sys.dont_write_bytecode = True
import children
import matrix
import faults


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Spread(unittest.TestCase):
    maxDiff = None

    def spread(self, name, count, what="signal=KILL"):
        _, tried, failures = matrix.run(name, count, what)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_dispatch(self):
        self.spread("dispatch", 4)

    def test_first_turns(self):
        self.spread("argv", 1)
        self.spread("http", 2)
        self.spread("busy", 1)

    def test_heal(self):
        self.spread("heal", 1)

    def test_words(self):
        self.spread("signal", 1)
        self.spread("turn-event", 1)
        self.spread("spooled", 2)

    def test_people(self):
        self.spread("approve", 1)
        self.spread("send", 2)

    def children(self, name, program, count):
        _, tried, failures = children.run(name, program, count)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_children_of_a_dispatch(self):
        self.children("dispatch", "tmux", 2)
        self.children("dispatch", "mc-launch", 1)

    def test_children_of_a_request(self):
        self.children("http", "mc-http", 1)


if __name__ == "__main__":
    unittest.main()
