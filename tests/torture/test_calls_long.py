"""More of test_calls.py: calls that go wrong while a slot is given back, and short counts where agents work."""
import sys
import unittest

sys.dont_write_bytecode = True
from test_calls import Spread, calls, short, tracer


class More(Spread):
    def test_looks_and_acts(self):
        self.spread(calls.run, 12, ("list", "runtimes", "add", "import"))

    def test_programs(self):
        self.spread(calls.run, 4, ("dispatch", "give-back"))

    def test_short_counts(self):
        self.spread(short.run, 1, ("list", "give-back", "approve", "heal"))


if __name__ == "__main__":
    if not tracer.may_trace():
        print("nobody may trace here, or not on this machine")
        sys.exit(77)
    unittest.main()
