"""A sample of the kill matrix with the board on a server: nothing is lost, nothing done twice."""
import sys
import unittest

sys.dont_write_bytecode = True
import kills
import server


class Sample(kills.Kills):
    def test_dispatch(self):
        self.spread("dispatch", 4)

    def test_told(self):
        self.spread("told", 2)


if __name__ == "__main__":
    server.need()
    unittest.main()
