"""test_crowd.py with twice as many tickets."""
import sys
import unittest

sys.dont_write_bytecode = True
import test_crowd


class Crowd(test_crowd.Crowd):
    tickets = 12


if __name__ == "__main__":
    unittest.main()
