import sys
import unittest

sys.dont_write_bytecode = True
import senders


class Senders(unittest.TestCase):
    def test_two_at_the_same_instant(self):
        senders.run(20)


if __name__ == "__main__":
    unittest.main()
