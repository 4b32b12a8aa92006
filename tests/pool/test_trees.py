"""The tree that an agent finds is the tree that its ticket's last run left, through a pickup that gives the slot back and
one that prepares it: ten of chance MC_SEED, or MC_TREES=1000. test_random_trees.py does the same without a board."""
import os
import random
import sys
import unittest

sys.dont_write_bytecode = True
import trees

SEED = int(os.environ.get("MC_SEED", "1"))
COUNT = 10
ROUNDS = max(1, int(os.environ.get("MC_TREES", "0")) // COUNT)


class Trees(unittest.TestCase):
    maxDiff = None

    def test_found_as_left(self):
        self.assertEqual(trees.differences(COUNT, ROUNDS, random.Random(SEED)), [], f"MC_SEED={SEED}")


if __name__ == "__main__":
    unittest.main()
