"""The list of what no test reaches is held to the source: an entry whose line is gone goes too."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import uncovered

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Uncovered(unittest.TestCase):
    maxDiff = None

    def test_what_is_named_is_there(self):
        names = uncovered.Names(ROOT)
        gone = [f"{path}:{function}: {text}" for path, function, text in names.entries
                if not names.in_function(path, function, text)]
        self.assertEqual(gone, [])

    def test_each_has_a_reason(self):
        self.assertEqual([key for key, reason in uncovered.Names(ROOT).entries.items() if len(reason) < 20], [])

    def test_a_line_that_is_neither_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "uncovered.txt:2"):
            dict(uncovered.entries(["# a comment\n", "lib/rules/no function\n"]))


if __name__ == "__main__":
    unittest.main()
