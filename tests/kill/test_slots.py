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
        self.spread("prepare", 2)
        self.spread("warm", 1)
        self.spread("restore", 1)

    def test_give_back(self):
        self.spread("give-back", 2)
        self.spread("give-back-half", 1)

    def test_errors(self):
        self.spread("give-back", 1, "error=ENOSPC")

    def test_git(self):
        for name in ("prepare", "give-back"):
            _, tried, failures = children.run(name, "git", 1)
            self.assertGreater(tried, 0)
            self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
