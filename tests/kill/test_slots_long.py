"""The whole kill matrix of slots: every call of preparing and giving back, of every git in it, and errors instead."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
import children
import faults
import matrix


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Slots(unittest.TestCase):
    maxDiff = None

    def every(self, what):
        for name in matrix.SLOT_CASES:
            with self.subTest(name, what=what):
                calls, tried, failures = matrix.run(name, 0, what)
                self.assertEqual(tried, calls)
                self.assertEqual(failures, [])

    def every_git(self):
        for name in matrix.SLOT_CASES:
            with self.subTest(name):
                self.assertEqual(children.run(name, "git")[2], [])

    def test_death(self):
        self.every("signal=KILL")

    def test_death_of_git(self):
        self.every_git()

    def test_errors(self):
        for error in ("ENOSPC", "EIO"):
            self.every("error=" + error)

    def test_errors_of_git(self):
        for error in ("ENOSPC", "EIO"):
            os.environ["MC_INJECT"] = "error=" + error
            try:
                self.every_git()
            finally:
                del os.environ["MC_INJECT"]


if __name__ == "__main__":
    unittest.main()
