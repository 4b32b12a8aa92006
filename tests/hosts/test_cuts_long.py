"""Every message of a dispatch, of a signal, of what was left to be told, of a heal and of a retirement is one at which
the connection is cut, this way and that; and at a part of them the server is killed."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server

server.need()
import cuts

PART = 60  # each of these waits for a server


class Cuts(unittest.TestCase):
    maxDiff = None

    def test_every_message(self):
        with cuts.Stage() as stage:
            for name in cuts.CASES:
                for way in cuts.WAYS:
                    with self.subTest(name, way=way):
                        _, tried, failures = stage.cuts(name, way, PART if way in ("down", "killed") else 0)
                        self.assertGreater(tried, 0)
                        self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
