"""mc-pickup-proof(7): its sentences stand in the pages, its tests are there, and so are its commands."""
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
from words import BUILD, ROOT, Page, run

PAGE = "mc-pickup-proof.7"
CTEST = os.path.join(os.path.dirname(os.environ.get("MC_CMAKE", "")), "ctest")
# What holds the source, the package and the tests' own tools: no promise of a page.
BUILDING = {"house", "man", "package", "clock", "mutation", "versions", "bench"}


def promises(page):
    """[(page of the manual, sentence, [test, …])]"""
    found, name, sentence, within = [], None, [], False
    for line in page.part("PROMISES"):
        if line.startswith(".It Xr "):
            name, sentence = ".".join(line.split()[2:4]), []
        elif line in (".Do", ".Dc"):
            within = line == ".Do"
        elif within:
            sentence.append(line)
        elif line.startswith(".Li "):
            found.append((name, " ".join(sentence), re.findall(r"\w+", line[4:])))
    return found


def plain(name):
    """The page as it is read, in one line."""
    text = run("mandoc", "-T", "ascii", "-O", "width=500", os.path.join(ROOT, "man", name))
    return re.sub(r"\s+", " ", re.sub(r".\x08", "", text))


def all_tests(*those):
    return set(re.findall(r"^ *Test +#\d+: (\S+)", run(CTEST, "--test-dir", BUILD, "-N", *those), re.MULTILINE))


class Proof(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.page = Page(PAGE)
        cls.promises = promises(cls.page)
        cls.tests = all_tests()

    def test_sentences(self):
        """Each is quoted from its page, word for word, and every page promises something."""
        pages = {name: plain(name) for name in os.listdir(os.path.join(ROOT, "man")) if name != PAGE}
        self.assertEqual([(name, text) for name, text, _ in self.promises if not text or text not in pages[name]], [])
        self.assertEqual({name for name, _, _ in self.promises}, set(pages))

    def test_tests(self):
        """Each is one that ctest knows, none has long ones only, and every folder of them holds something. Where there is
        no server, what runs twice runs once."""
        named = {test for _, _, tests in self.promises for test in tests}
        if not any(test.startswith("hosts_unit_") for test in self.tests):
            named = {test.removeprefix("hosts_") if test.removeprefix("hosts_") in self.tests else test for test in named}
        self.assertEqual(named - self.tests, set())
        long = all_tests("-L", "^long$")
        self.assertEqual({test for test in self.tests if test.endswith("_long")} - long, set())
        self.assertEqual([text for _, text, tests in self.promises if long.issuperset(tests)], [])
        folders = {test.split("_")[0] for test in self.tests} - BUILDING
        self.assertEqual(folders - {test.split("_")[0] for test in named}, set())

    def test_commands(self):
        """Each is there, can be run, and has the options that the page gives it."""
        names, word = set(), None
        for line in self.page.part("RUNNING"):
            if line.startswith(".It Pa "):
                found = re.findall(r"tests/[\w/]+", line)
                names |= set(found)
                word = os.path.join(ROOT, found[0])
            for flag in re.findall(r"\bFl (-[a-z]+)", line):
                self.assertIn("-" + flag, run(word, "--help"), word)
        self.assertTrue(names)
        self.words_not_understood(names - {"tests/run"})  # tests/house/scripts.bats
        self.assertEqual([name for name in names if not os.access(os.path.join(ROOT, name), os.X_OK)], [])

    def words_not_understood(self, names):
        """One that is mistyped is named in one line, and nothing is run."""
        for name in names:
            done = subprocess.run([os.path.join(ROOT, name), "--nosuch"], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (64, "", 1), done.stderr)
            self.assertRegex(done.stderr, f"^{name}: .*--nosuch")

    def test_short_forms(self):
        """What has none is said to have none."""
        with open(os.path.join(ROOT, "tests", "proof"), encoding="utf-8") as file:
            whole = re.findall(r"^ +\*-(\w+)\)", file.read(), re.MULTILINE)
        said = re.search(r"hours; (.+) have no short form", run(os.path.join(ROOT, "tests", "proof"), "--help"))
        self.assertEqual(re.findall(r"\w+", said.group(1).replace(" and ", " ")), whole)

    def test_figures(self):
        """Every part that can be run has a row, and there are no others."""
        said = run(os.path.join(ROOT, "tests", "proof"), "--help")
        parts = re.findall(r"[a-z]+", re.search(r"PART +([^;]+);", said).group(1))
        self.assertEqual([row[0] for row in self.page.columns("FIGURES", "Li")], parts)

    def test_who_moves_next(self):
        """The table of the test that holds it, row by row."""
        with open(os.path.join(ROOT, "tests", "heal", "who_moves_next.txt"), encoding="utf-8") as file:
            lines = [line for line in file.read().splitlines() if line and not line.startswith("#")]
        self.assertEqual(self.page.columns("WHO MOVES IT NEXT", "Li"),
                         [[cell.strip() for cell in line.split("|")] for line in lines])


if __name__ == "__main__":
    if shutil.which("mandoc") is None:
        print("skipped: mandoc is not installed")
    else:
        unittest.main()
