"""The drivers of tests/fuzz with the inputs that are kept of them: none breaks a promise, and none is without any."""
import glob
import os
import subprocess
import unittest

ROOT = os.environ["MC_SRC"]
BUILD = os.environ["MC_BUILD"]
FUZZ = os.path.join(ROOT, "tests", "fuzz")
FILES_MAX = 40
BYTES_MAX = 200 * 1000


def drivers():
    """The names of all drivers: what is built, not what has a corpus."""
    return sorted(os.path.basename(path)[len("fuzz_"):] for path in glob.glob(os.path.join(BUILD, "fuzz", "fuzz_*")))


def corpus(name):
    """The files of one."""
    return glob.glob(os.path.join(FUZZ, "corpus", name, "*"))


class Corpus(unittest.TestCase):
    maxDiff = None

    def test_each_parser_keeps_its_promises(self):
        sources = {os.path.splitext(os.path.basename(path))[0] for path in glob.glob(os.path.join(FUZZ, "*.c"))}
        self.assertEqual(set(drivers()), sources - {"fuzz", "replay_main"})
        for name in drivers():
            with self.subTest(name):
                ran = subprocess.run([os.path.join(BUILD, "fuzz", f"fuzz_{name}"), os.path.join(FUZZ, "corpus", name)],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                self.assertEqual(ran.returncode, 0, ran.stderr[-2000:].decode(errors="replace"))
                self.assertEqual(int(ran.stdout), len(corpus(name)))

    def test_it_is_small(self):
        counts = {name: len(corpus(name)) for name in drivers()}
        self.assertEqual({name: n for name, n in counts.items() if n > FILES_MAX}, {})
        sizes = [os.path.getsize(path) for name in drivers() for path in corpus(name)]
        self.assertLess(sum(sizes), BYTES_MAX)


if __name__ == "__main__":
    unittest.main()
