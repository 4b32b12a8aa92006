"""The short form of the kill matrix: a spread of the calls."""
import sys
import unittest

sys.dont_write_bytecode = True
import children
import matrix
import faults

ERRORS = ["ENOSPC", "EIO", "EMFILE", "ENOMEM", "EINTR"]


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Spread(unittest.TestCase):
    maxDiff = None

    def spread(self, name, count, what="signal=KILL"):
        _, tried, failures = matrix.run(name, count, what)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_dispatch(self):
        self.spread("dispatch", 40)

    def test_argv(self):
        self.spread("argv", 6)

    def test_http(self):
        self.spread("http", 6)

    def test_busy(self):
        self.spread("busy", 6)

    def test_heal(self):
        self.spread("heal", 4)

    def test_signal(self):
        self.spread("signal", 4)

    def test_approve(self):
        self.spread("approve", 4)

    def test_turn_event(self):
        self.spread("turn-event", 6)

    def test_spooled(self):
        self.spread("spooled", 16)

    def test_send(self):
        self.spread("send", 12)

    def children(self, name, program, count):
        _, tried, failures = children.run(name, program, count)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_children_of_a_dispatch(self):
        self.children("dispatch", "tmux", 14)
        self.children("dispatch", "mc-launch", 3)

    def test_children_of_a_request(self):
        self.children("http", "mc-http", 3)

    def test_errors(self):
        for error in ERRORS:
            with self.subTest(error):
                self.spread("dispatch", 2, "error=" + error)


if __name__ == "__main__":
    unittest.main()
