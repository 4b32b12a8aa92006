"""The whole kill matrix: every call that changes something, and errors instead of death at each call of a dispatch."""
import sys
import unittest

sys.dont_write_bytecode = True
import children
import matrix
import faults

ERRORS = ["ENOSPC", "EIO", "EMFILE", "ENOMEM", "EINTR"]
CHILDREN = [("dispatch", "tmux"), ("dispatch", "mc-launch"), ("argv", "tmux"), ("argv", "mc-launch"),
            ("http", "tmux"), ("http", "mc-http"), ("busy", "mc-http"), ("heal", "tmux"), ("approve", "tmux"), ("send", "tmux")]


@unittest.skipUnless(faults.strace(), "strace is not installed, or may not trace here")
class Matrix(unittest.TestCase):
    maxDiff = None

    def test_death(self):
        for name in matrix.CASES:
            with self.subTest(name):
                calls, tried, failures = matrix.run(name)
                self.assertEqual(tried, calls)
                self.assertEqual(failures, [])

    def test_children(self):
        for name, program in CHILDREN:
            with self.subTest(name, program=program):
                points, tried, failures = children.run(name, program)
                self.assertEqual(tried, points)
                self.assertEqual(failures, [])

    def test_errors(self):
        for error in ERRORS:
            with self.subTest(error):
                self.assertEqual(matrix.run("dispatch", 0, "error=" + error)[2], [])


if __name__ == "__main__":
    unittest.main()
