"""tests/mutate notices what a test notices and says what none does; what is named as equivalent is still there."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import fence
import report
import sql

ROOT = os.path.dirname(os.path.dirname(HERE))
PYTHON = "/usr/bin/python3"  # the one that python3-clang belongs to

PROJECT = """cmake_minimum_required(VERSION 3.25)
project(tiny C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
include(CTest)
file(GLOB lib ${CMAKE_SOURCE_DIR}/lib/*/*.c)
add_executable(unit_tiny tests/unit/tiny.c ${lib})
target_compile_definitions(unit_tiny PRIVATE _DEFAULT_SOURCE)
add_test(NAME unit_tiny COMMAND unit_tiny)
add_test(NAME unit_wrong COMMAND false)
add_test(NAME unit_heard COMMAND /usr/bin/python3 -S -c "import signal; assert signal.getsignal(2) != signal.SIG_IGN")
set_tests_properties(unit_tiny unit_wrong unit_heard PROPERTIES LABELS unit)
"""
SOURCE = """enum { GROWN = 18 };
static const struct row { int upto, fare; } fares[] = {{6, 0}, {14, 5}, {65, 9}};
int grown(int age) {
    return age >= GROWN;
}
int half(int n) {
    return n / 2;
}
int fare(int age) {
    for (int i = 0; i < 3; i++) {
        if (age < fares[i].upto)
            return fares[i].fare;
    }
    return 7;
}
int nobody(void) {
    return 1;
}
"""
TEST = """int grown(int age);
int half(int n);
int fare(int age);
int main(void) {
    return !(grown(18) && !grown(17) && half(0) == 0 && fare(5) == 0 && fare(6) == 5 && fare(20) == 9 && fare(65) == 7);
}
"""


def able():
    clang = subprocess.run([PYTHON, "-c", "import clang.cindex"], stderr=subprocess.DEVNULL, check=False)
    return clang.returncode == 0 and fence.Fence.possible() and shutil.which("git") is not None


class Mutation(unittest.TestCase):
    maxDiff = None

    def test_equivalent_ones_are_still_there(self):
        path = os.path.join(HERE, "equivalent.txt")
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
        self.assertEqual([line for line in lines if not report.ENTRY.match(line)], [])
        gone = [f"{name}: {was}" for name, was in map(self.named, lines) if not self.stands(name, was)]
        self.assertEqual(gone, [])

    @staticmethod
    def named(line):
        match = report.ENTRY.match(line)
        return match["path"], match["was"]

    @staticmethod
    def stands(name, was):
        path = os.path.join(ROOT, name)
        if not os.path.exists(path):
            return False
        with open(path, encoding="utf-8") as file:
            text = report.flat(file.read())
        was = was.rstrip("…")
        parts = [was.split(": ")[0]] if was.startswith("SQL_") else was.split("; ")
        return all(part in text for whole in parts for part in whole.split(report.ANY))

    @unittest.skipUnless(able(), "no namespaces or no python3-clang here")
    def test_planted_ones(self):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # there is another /dev inside the fence
            for name, text in (("CMakeLists.txt", PROJECT), ("lib/rules/tiny.c", SOURCE), ("tests/unit/tiny.c", TEST)):
                os.makedirs(os.path.dirname(os.path.join(folder, name)) or folder, exist_ok=True)
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            os.makedirs(os.path.join(folder, "lib/base"))
            shutil.copytree(HERE, os.path.join(folder, "tests/mutation"), ignore=shutil.ignore_patterns("__pycache__"))
            for name in ("tests/mutate", "tests/usage.py"):
                shutil.copy(os.path.join(ROOT, name), os.path.join(folder, name))
            subprocess.run(["git", "init", "-q", folder], check=True)
            ran = subprocess.run([PYTHON, os.path.join(folder, "tests/mutate"), "--jobs", "1", "--budget", "0", "--tests", "^unit_"],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                                 preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        said = ran.stdout.decode()
        survivors = [line for line in said.splitlines() if line.startswith("lib/") and " → " in line]
        self.assertEqual(survivors, [
            "lib/rules/tiny.c:2: 14 → (14 + 1) [fares] (tests that reach it: 1)",
            "lib/rules/tiny.c:7: n / 2 → 0 [half] (tests that reach it: 1)",
            "lib/rules/tiny.c:7: n / 2 → n * 2 [half] (tests that reach it: 1)",
            "lib/rules/tiny.c:7: 2 → (2 + 1) [half] (tests that reach it: 1)",
            "lib/rules/tiny.c:17: 1 → (1 + 1) [nobody] (no test reaches it)",
            "lib/rules/tiny.c:17: 1 → 0 [nobody] (no test reaches it)",
        ], said)
        self.assertRegex(said.splitlines()[-1], "^proof: mutate: .*; 1 tests fail in the fence and are left out; ")
        self.assertEqual(ran.returncode, 1)

    def test_filters_that_match_nothing(self):
        """What they were meant to prove would pass unproved: 64, and which it is."""
        loader = importlib.machinery.SourceFileLoader("mutate", os.path.join(ROOT, "tests", "mutate"))
        mutate = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutate", loader))
        loader.exec_module(mutate)
        names = ["lib/rules/key.c", "lib/base/text.c"]
        for words, why in ((["--files", "lib/rules/*.c", "nosuch.c"], "is called nosuch.c"),
                           (["--at", "lib/nope.c:1"], "is called lib/nope.c"),
                           (["--at", "lib/rules/key.c:1", "--files", "lib/base/*"], "is called lib/rules/key.c"),
                           (["--since", "nosuch"], "git knows no commit nosuch")):
            with self.assertRaisesRegex(mutate.Unmatched, re.escape(why)):
                mutate.wanted(mutate.arguments(words), names)
        with self.assertRaisesRegex(mutate.Unmatched, "lib/rules/key.c:7: there is nothing to change"):
            mutate.chosen(mutate.arguments(["--at", "lib/rules/key.c:7"]), types.SimpleNamespace(weavers={}), {})
        for words, why in ((["--at", "lib/rules/key.c"], "no FILE:LINE"), (["--tests", "("], "argument --tests: (: "),
                           (["--nosuch"], "unrecognized arguments: --nosuch"), (["--jobs", "x"], "invalid int value: 'x'"),
                           (["--sample", "0"], "0 is not above 0"), (["--seconds", "0"], "0 is not above 0")):
            with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as end:
                mutate.arguments(words)
            self.assertEqual(end.exception.code, 64)
            self.assertIn(why, said.getvalue())
        self.assertEqual(mutate.wanted(mutate.arguments(["--at", "lib/rules/key.c:12"]), names),
                         (["lib/rules/key.c"], {"lib/rules/key.c": {12}}))

        with mock.patch.object(mutate, "run", side_effect=KeyboardInterrupt), mock.patch.object(sys, "argv", ["mutate"]), \
                contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertEqual(mutate.main(), 130)
        self.assertEqual(said.getvalue(), "# ended before the first was tried\n")

    def test_progress(self):
        said = []
        for every, told in ((3600, []), (0, ["# 1 of 2 tests", "# 2 of 2 tests"])):
            progress = report.Progress("tests", 2, said.append, every)
            progress.one_more()
            progress.one_more()
            self.assertEqual(said, told)

    def test_a_worker_outside_of_its_fence(self):
        """It would make the whole machine read-only."""
        ran = subprocess.run([PYTHON, os.path.join(HERE, "fence.py"), "/none", "/none"], capture_output=True, check=False,
                             stdin=subprocess.DEVNULL)
        self.assertEqual((ran.returncode, ran.stdout), (1, b""))
        self.assertRegex(ran.stderr.decode(), "^fence.py: only in namespaces of its own")

    def test_fences_of_a_statement(self):
        told = [(was, now) for was, now, _ in
                sql.changes("UPDATE t SET a=1 WHERE b=:b AND(c IS NULL OR c<:c)AND d BETWEEN 1 AND 2 ORDER BY e LIMIT 1")]
        self.assertIn(("AND(c IS NULL OR c<:c)", "(out)"), told)
        self.assertIn(("c<:c", "<="), told)
        self.assertIn(("AND d BETWEEN 1 AND 2", "(out)"), told)
        self.assertIn(("LIMIT 1", "2"), told)
        self.assertNotIn(("a=1", "<>"), told)


if __name__ == "__main__":
    unittest.main(verbosity=2)
