"""The short form of the kill matrix of slots: a pickup that prepares one or gives one back, and the gits that it runs."""
import sys
import unittest

sys.dont_write_bytecode = True
import children
import faults
import matrix


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Slots(unittest.TestCase):
    maxDiff = None

    def spread(self, name, count, what="signal=KILL"):
        _, tried, failures = matrix.run(name, count, what)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_prepare(self):
        self.spread("prepare", 4)

    def test_warm(self):
        self.spread("warm", 2)

    def test_restore(self):
        self.spread("restore", 3)

    def test_give_back(self):
        self.spread("give-back", 4)

    def test_give_back_half(self):
        self.spread("give-back-half", 2)

    def test_errors(self):
        self.spread("give-back", 1, "error=ENOSPC")
        self.spread("prepare", 1, "error=EIO")

    def children(self, name, count):
        _, tried, failures = children.run(name, "git", count)
        self.assertGreater(tried, 0)
        self.assertEqual(failures, [])

    def test_git(self):
        self.children("prepare", 2)
        self.children("give-back", 2)


if __name__ == "__main__":
    unittest.main()
