"""The short form: a spread of the calls that go wrong, of the short counts, and of what a machine can be short of."""
import contextlib
import fnmatch
import importlib.machinery
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import types
import unittest
import unittest.mock

sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
if os.access("/dev/shm", os.W_OK):
    os.environ.setdefault("MC_WORLDS", "/dev/shm")  # nothing is waited for there
import calls
import limits
import points
import short
import tracer
import trials

LOOKS = ("list", "runtimes")
ACTS = ("add", "import")
LIVE = ("dispatch",)
SHORT = ("list", "give-back")
# What git keeps of uncommitted work, in this order.
KEPT = ("git fsync objects/mc-pool-1/pack/tmp_pack_*", "git fsync objects/mc-pool-1/pack/tmp_idx_*",
        "mc-pickup rename objects/mc-pool-1/kept-*.pack", "mc-pickup fsync objects/pack",
        "git fsync refs/mc/preserved/MC-1/*.lock", "git rename refs/mc/preserved/MC-1/*.lock",
        "mc-pickup fsync refs/mc/preserved/MC-1", "mc-pickup fsync refs/mc/preserved", "mc-pickup fsync refs/mc",
        "mc-pickup fsync refs", "mc-pickup unlinkat README")
SAID = (("newfstatat fstat", "/config.json",  # newer libraries ask by the second
         "EIO", "config.json: cannot be read: Input/output error\n"),
        ("openat", "/boot_id", "EMFILE", "boot_id: cannot be read: Too many open files\n"),
        ("pread64", "/board.db", "EIO", "board.db: disk I/O error: input/output error: check the disk\n"))


class Spread(unittest.TestCase):
    maxDiff = None

    def spread(self, run, count, cases):
        points, tried, failures = run(trials.Bounds(count), cases)
        self.assertEqual(failures, [])
        self.assertGreater(points, len(tried))
        self.assertGreaterEqual(len(tried), len(cases))


class Calls(Spread):
    def test_looks(self):
        self.spread(calls.run, 6, LOOKS)

    def test_acts(self):
        self.spread(calls.run, 2, ACTS)

    def test_programs(self):
        self.spread(calls.run, 1, LIVE)

    def test_short_counts(self):
        self.spread(short.run, 1, SHORT)

    def test_limits(self):
        self.spread(limits.run, 1, ("list", "add"))

    def test_what_is_kept_is_on_the_disk_before_the_worktree_is_cleaned(self):
        """In the calls of an undisturbed pickup: its bytes, the ref, and each folder of their names."""
        there = iter([(point.name, point.call, point.about.rpartition("/repo/.git/")[2])
                      for point in calls.reference("give-back")])
        for step in KEPT:
            self.assertTrue(any(fnmatch.fnmatch(" ".join(one), step) for one in there), f"{step}: not there, or too late")

    def test_what_is_said_of_it(self):
        scene = calls.SCENES["list"]
        those = [point for point in scene.reference() if not point.loading]
        for call, about, what, words in SAID:
            with self.subTest(call, about=about):
                point = next(one for one in those if one.call in call.split() and one.about.endswith(about))
                self.assertIn(words, scene.trial(point, what))

    def test_a_fault_is_seen(self):
        """What the judges are there for: an ordinary failure that is taken for a success, or for nothing."""
        scene = calls.SCENES["add"]
        scene.reference()
        point = tracer.Point("mc-ticket", 1, "write", 1, 1, "pipe:[1]", False)
        world = scene.begun()
        try:
            for end in ((0, "", ""), (74, "", ""), (-6, "", "x"), (None, "", "")):
                with self.assertRaises(AssertionError):
                    scene.judge(world, point, "EIO", end)
        finally:
            scene.over(world)


class Frame(unittest.TestCase):
    """tests/torture/run."""

    def setUp(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")
        spec = importlib.util.spec_from_loader("torture_run", importlib.machinery.SourceFileLoader("torture_run", path))
        self.run_ = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.run_)
        self.asked = []

    def part(self, bounds):
        self.asked.append((*bounds[:3], sorted(bounds.before), bounds.every))
        return 9, [f"point {len(self.asked)}"], []

    def main(self, *words):
        self.run_.modules = lambda names: {"calls": types.SimpleNamespace(run=self.part)} if "calls" in names else {}
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
            status = self.run_.main(list(words))
        return status, out.getvalue().splitlines()[-1:]

    def test_goes_on_where_it_was(self):
        with tempfile.TemporaryDirectory() as place:
            words = ("calls", "--count", "2", "--seed", "7", "--from", os.path.join(place, "state"))
            self.assertEqual(self.main(*words), (0, ["proof: torture: 1 of 9 kinds of points, 0 not in order, seed 7"]))
            self.main(*words)
        self.assertEqual(self.main("calls", "--every"), (0, ["proof: torture: 1 of 9 points, 0 not in order, seed 1"]))
        self.assertEqual(self.asked, [(2, 0, 7, [], False), (2, 0, 7, ["point 1"], False), (0, 0, 1, [], True)])

    def test_ended_by_a_signal(self):
        """What was tried until then is known, also that something of it was wrong; what has ended with it is not."""
        def part(bounds):
            bounds.note("one", None)
            bounds.note("two", "two: why")
            with open(path, encoding="utf-8") as file:
                self.assertEqual(json.load(file), {"calls": ["one", "two"]})
            bounds.note("three", None)
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                bounds.note("four", "four: it was killed")
        with tempfile.TemporaryDirectory() as place:
            self.part, self.run_.State.EVERY, path = part, 2, os.path.join(place, "state")
            self.assertEqual(self.main("calls", "--from", path),
                             (1, ["proof: torture: 3 of ? kinds of points, 1 not in order, seed 1"]))
            with open(path, encoding="utf-8") as file:
                self.assertEqual(json.load(file), {"calls": ["one", "three", "two"]})
        self.assertEqual(signal.getsignal(signal.SIGTERM), signal.SIG_DFL)

    def test_what_it_does_not_understand(self):
        for words, why in ((["nonsense"], "nonsense: no such part; there are: calls short"),
                           (["--nonsense"], "--nonsense: no such option"), (["--count"], "--count: its number is missing"),
                           (["--count", "x"], "--count: x is no number"),
                           (["--seconds", "0"], "--seconds: 0 is no number above 0"), (["--from"], "--from: its file is missing")):
            with contextlib.redirect_stderr(io.StringIO()) as said:
                self.assertEqual(self.run_.main(words), 64)
            self.assertIn(f"tests/torture/run: {why}", said.getvalue())
        with unittest.mock.patch.dict(os.environ, MC_BIN="/nowhere/bin"):
            self.assertEqual(self.main("calls")[0], 64)
        self.assertEqual(self.asked, [])

    def test_says_how_to_see_a_point_again(self):
        point = "mc-ticket:0:*:0:one"
        self.assertEqual(calls.wrong({f"list json {point}": (None, "why")}, "short", calls.words_of),
                         [f"list json {point}: why\n    again: python3 tests/torture/short.py 'list json' '{point}'"])
        self.assertEqual(calls.about(tracer.Point("mc-ticket", 0, "*", 0, 0, "", False)), "each call of its whole run")

    def test_a_module_alone(self):
        """Nothing has to be set for it."""
        around = {name: value for name, value in os.environ.items() if not name.startswith(("MC_", "PYTHON"))}
        words = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "short.py"), "list"]
        ran = subprocess.run(words, env={**around, "MC_BUILD_DIR": os.environ["MC_BUILD"]}, capture_output=True,
                             text=True, check=False)
        self.assertEqual((ran.returncode, ran.stdout.split(), ran.stderr), (0, ["2", "list"], ""))

    def test_any_beginning_is_of_all(self):
        groups = {"a": [f"a{n}" for n in range(100)], "b": ["b1", "b2"], "c": [f"c{n}" for n in range(9)]}
        first, again, other = (points.order(seed, groups) for seed in (1, 1, 2))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertEqual(sorted(first), sorted(sum(groups.values(), [])))
        self.assertEqual([name[0] for name in first[:7]], list("abcabca"))

    def test_what_was_tried_before_gives_room_to_others(self):
        groups = {"a": [f"a{n}" for n in range(9)], "b": ["b1", "b2"]}
        first = trials.chosen(groups, trials.Bounds(2))
        then = trials.chosen(groups, trials.Bounds(2, 0, 1, first))
        self.assertEqual([name[0] for name in first + then], list("ababaa"))
        self.assertEqual(len(set(first + then)), 6)

    def test_of_what_is_alike_one(self):
        groups, bounds = {"a": ["a1", "a2", "b3"], "b": ["b1", "b2"]}, trials.Bounds()
        first = trials.chosen(groups, bounds, kind=lambda name: name[0])
        self.assertEqual(sorted(name[0] for name in first), ["a", "b"])
        self.assertEqual(trials.count_of(groups, bounds, kind=lambda name: name[0]), 2)
        self.assertEqual(trials.chosen(groups, bounds._replace(before=["a1", "b2"]), kind=lambda name: name[0]), [])
        every = bounds._replace(every=True)
        self.assertEqual(sorted(trials.chosen(groups, every, kind=lambda name: name[0])), ["a1", "a2", "b1", "b2", "b3"])
        self.assertEqual(trials.count_of(groups, every, kind=lambda name: name[0]), 5)

    def test_calls_that_are_alike(self):
        def kind(case="list", name="mc-ticket", about="/dev/shm/mck.4D_w/state/board.db", what="EIO"):
            return calls.alike(case, tracer.Point(name, 1, "openat", 3, 0, about, False), what)
        self.assertEqual(kind(), kind("add", about="/tmp/mce.x_y/state/board.db"))
        self.assertEqual(kind(about="/proc/17/stat"), kind(name="mc-ticket+", about="/proc/9/stat"))
        self.assertNotEqual(kind(), kind(about="/dev/shm/mck.4D_w/state/board.db-wal"))
        self.assertNotEqual(kind(), kind(what="EMFILE"))
        self.assertNotEqual(kind(what="kill"), kind("add", what="kill"))


if __name__ == "__main__":
    if not tracer.may_trace():
        print("nobody may trace here, or not on this machine")
        sys.exit(77)
    unittest.main()
