"""The kill matrix with the board on a server: each call of a dispatch, of one into a slot, and of a word's taking."""
import sys
import unittest

sys.dont_write_bytecode = True
import kills
import server


class Whole(kills.Kills):
    def test_each(self):
        for name in ("dispatch", "argv", "prepare", "heal", "give-back", "told"):
            with self.subTest(name):
                self.spread(name)


if __name__ == "__main__":
    server.need()
    unittest.main()
