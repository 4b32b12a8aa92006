"""The short form of the torture of the store, of the power and of the memory: a few of each; tests/torture/run has all."""
import sys
import unittest
import unittest.mock

sys.dont_write_bytecode = True
import memory
import power
import store
import trials

# What a success has promised is there when the power goes the moment after, whatever was not flushed.
FLUSHED = ["keep", "keep-more", "export", "spooling", "turn-event", "restore-archive", "place"]


class Torture(unittest.TestCase):
    maxDiff = None

    def some(self, part, names, count):
        _, done, failures = trials.run(part, names, trials.Bounds(count))
        self.assertEqual(len(done), count * len(names))
        self.assertEqual(failures, [])

    def test_store(self):
        self.some(store, ["add", "keep", "init"], 2)
        self.some(store, ["dispatch"], 1)

    def test_power(self):
        self.some(power, ["add", "signal"], 1)

    def test_what_is_alike(self):
        """In another run they are the same, and there are fewer of them than points."""
        for part, case in (store, "add"), (power, "add"), (memory, "add"):
            points = part.points(case)
            kinds = set(points.values())
            self.assertEqual(kinds, set(part.points(case).values()))
            self.assertLess(len(kinds), len(points))

    def test_flushed(self):
        points = [f"{name}:end:end:bare:1" for name in FLUSHED]
        self.assertEqual(trials.tried(points, power.trial, 0), (unittest.mock.ANY, []))

    def test_memory(self):
        self.some(memory, ["add"], 2)
        self.some(memory, ["turn-event"], 1)
        self.some(memory, ["dispatch"], 1)


if __name__ == "__main__":
    unittest.main()
