"""The same with every status, owner and runtime: three times as many tickets."""
import unittest

import test_no_way_out


class Wide(test_no_way_out.NoWayOut):
    core = ["status", "owner", "runtime"]


if __name__ == "__main__":
    unittest.main()
