#!/usr/bin/env python3
"""Every command of mc-ticket, as its own help lists them, against every kind of bad input: one line on standard error
that names the object and says what to do, the exit code of the manual, with --json one object also then, and nothing
changed."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

BIN = os.environ["MC_BIN"]
TICKET = os.path.join(BIN, "mc-ticket")
HUGE = b"x" * 130000  # the longest that the kernel hands over is 131,071
LINE_MAX = 2500
ADVICE = re.compile(r"\b(try|give|name|take|say|see|run|put|use|leave|wait|chmod|mend|shows?|tells?|init|goes? from|"
                    r"make|look|must|needs?|is no|may|drop|known|restore|lists|moves|add|only one|is named|takes one line|close|left open)\b")

# What a word of a synopsis stands for; those whose move this is come from a ticket in a status that it goes from.
WORDS = {"TITLE": "title", "TEXT": "text", "DONE|REVIEW|QUESTION": "DONE", "LINE": "line", "AGENT": "claude",
         "JSON": "{}", "release": "release", "SLOT": "pool-1", "close": "close", "THING": "machine", "REASON": "why",
         "FILE": "-"}
FROM = {"reject": "MC-2", "approve": "MC-2", "answer": "MC-3", "promote": "MC-4", "reopen": "MC-5"}

# With what else a command has something to do.
MORE = {"edit": ["--priority", "low"]}

# What is no value of an option, and the codes that say so.
BAD_VALUES = {
    "--priority": [("soon", {64}), ("", {64}), (HUGE, {64})],
    "--profile": [("nobody", {64, 65, 66, 78}), (HUGE, {64, 65, 66, 78})],
    "--workspace": [("nowhere", {64, 65, 66, 78}), (HUGE, {64, 65, 66, 78})],
    "--label": [("", {64, 65}), ("a,b", {64, 65}), (b"\xff", {64, 65}), ("\x1b[1m", {64, 65}), (HUGE, {64, 65})],
    "--after": [("mc-1", {64}), ("", {64}), ("MC-999", {66}), (HUGE, {64})],
    "--status": [("closed", {64}), ("", {64}), (HUGE, {64})],
    "--limit": [("-1", {64}), ("x", {64}), ("", {64}), ("99999999999999999999", {64}), (HUGE, {64})],
    "--lines": [("0", {64}), ("x", {64}), ("", {64}), (HUGE, {64})],
    "--order": [("age", {64}), ("", {64})],
    "--by": [("", {64}), ("\x1b[1m", {64}), (b"\xff", {64}), ("a\nb", {64}), (HUGE, {64})],
    "--request-id": [("", {64}), ("\x07", {64}), (b"\xff", {64}), (HUGE, {64})],
    "--body-file": [("/nowhere/text", {66}), ("/tmp", {66}), (HUGE, {64, 65, 66})],
    "--title": [("", {64, 65}), (b"\xff", {65}), (HUGE, {65})],
}
# These report what is wrong as what they find.
REPORTERS = {"doctor", "health"}
# An agent's hook and a shell's completion are never stopped by a fault of ours.
NEVER_FAIL = {"turn-event", "complete"}
# Who is no agent, or has no terminal, is told that before any board is looked for.
TOLD_BEFORE = {"signal", "watch"}
# With a value that nothing has they find nothing.
FILTERS = {"--profile", "--workspace", "--label"}


def commands():
    """NAME: (words, options), options as {name: takes a value}."""
    def text(*argv):
        return subprocess.run([TICKET, *argv, "--help"], capture_output=True, text=True, check=True).stdout

    found = {}
    for name in re.findall(r"^  ([a-z][a-z-]*) ", text(), re.MULTILINE):
        rest = text(name).split("\n\n")[0].split(f"mc-ticket {name}", 1)[1]
        words, options = [], {}
        for bracket, plain in re.findall(r"\[((?:[^][]|\[[^]]*\])*)\]|(\S+)", rest):
            if bracket.startswith("--"):
                option, _, value = bracket.partition(" ")
                options[option] = "optional" if value.startswith("[") else bool(value)
            else:
                words.append((bracket or plain, bool(bracket)))
        found[name] = (words, options)
    return found


class Board:
    """One board and its configuration; what is on it is looked at by a connection of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mcbad.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        os.chmod(self.folder, 0o700)
        self.config = self.file("config.json", '{"profile": "demo", "ticket_prefix": "MC"}')
        self.path = os.path.join(self.folder, "state", "board.db")
        os.mkdir(os.path.dirname(self.path), 0o700)
        self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.folder, "MC_DB": self.path,
                    "MC_PICKUP_CONFIG": self.config, "MC_BUSY_MS": "20", "LOGNAME": "tester"}
        self.call("init")
        for title in ("one", "two", "three", "four", "five"):
            self.call("add", title)
        self.db = sqlite3.connect(self.path, isolation_level=None)
        for number, status in ((2, "in_review"), (3, "needs_input"), (4, "inbox"), (5, "done")):
            self.db.execute("UPDATE tickets SET status=? WHERE id=?", (status, number))
        self.before = self.dump()

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def call(self, *words, **how):
        env = {**self.env, **how.pop("env", {})}
        return subprocess.run([TICKET, *words], stdin=subprocess.DEVNULL, env=env, timeout=60, check=False,
                              **{"capture_output": True, **how})

    def dump(self):
        tables = [row[0] for row in self.db.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        return {table: self.db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}

    def names(self):
        return sorted(os.path.join(at, name)[len(self.folder):] for at, folders, files in os.walk(self.folder)
                      for name in folders + files if not re.search(r"-(wal|shm)$", name))

    def end(self):
        self.db.close()
        shutil.rmtree(self.folder)


class Walk(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.board = Board()
        cls.commands = commands()
        cls.files = {
            "broken": cls.board.file("broken.json", '{"profile": '),
            "unknown": cls.board.file("unknown.json", '{"bogus": 1}'),
            "open": cls.board.file("open.json", "{}", 0o622),
            "text": cls.board.file("text.db", "this is no database at all\n" * 300),
        }
        other = sqlite3.connect(os.path.join(cls.board.folder, "other.db"))
        other.execute("CREATE TABLE mine(x)")
        other.commit()
        other.close()
        os.chmod(os.path.join(cls.board.folder, "other.db"), 0o600)

    @classmethod
    def tearDownClass(cls):
        cls.board.end()

    def words(self, name):
        """Words with which the command would be right, but for the state of the board."""
        key = FROM.get(name, "MC-1")
        out = []
        for word, optional in self.commands[name][0]:
            for one in word.split():
                one = one.replace("...", "")
                if not optional:
                    out.append(key if one == "KEY" else WORDS.get(one, one))
        return out

    def has(self, name, word):
        return any(word in one.replace("...", "").split() and not optional for one, optional in self.commands[name][0])

    def check(self, case):
        """What is wrong with the answer to it; NULL: nothing."""
        words, codes, named = case
        done = self.board.call(*words, *([] if "--json" in words else ["--json"]))
        error = done.stderr.decode("utf-8", "strict")
        said = []
        if done.returncode not in codes:
            said.append(f"exit {done.returncode}, wanted {sorted(codes)}")
        if error.count("\n") != 1 or not error.startswith("mc-ticket: "):
            said.append("not one line")
        if len(error) > LINE_MAX:
            said.append(f"a line of {len(error)} bytes")
        if any(ord(c) < 32 or 126 < ord(c) < 160 for c in error.rstrip("\n")):
            said.append("not printable")
        if named and named not in error:
            said.append(f"does not name {named}")
        if not ADVICE.search(error):
            said.append("no advice")
        try:
            if json.loads(done.stdout)["error"]["exit"] != done.returncode:
                said.append("another exit in the object")
        except (ValueError, KeyError) as fault:
            said.append(f"no object: {fault!r} {done.stdout[:200]!r}")
        if not said:
            return None
        shown = [word if len(word) < 60 else word[:20] + (b"..." if isinstance(word, bytes) else "...")
                 for word in words]
        return f"{shown}: {'; '.join(said)}\n    {error.strip()[:300]}"

    def walk(self, cases):
        names = self.board.names()
        with ThreadPoolExecutor(3) as pool:
            wrong = [fault for fault in pool.map(self.check, cases) if fault]
        self.assertEqual(self.board.dump(), self.board.before)
        self.assertEqual(self.board.names(), names)
        if wrong:
            self.fail(f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong))

    def all_but(self, *left_out):
        return [name for name in self.commands if name not in NEVER_FAIL and name not in left_out]

    def test_options(self):
        cases, lacking = [], []
        for name in self.all_but():
            right = self.words(name)
            cases.append((["--bogus=1", name, *right], {64}, "--bogus=1"))
            if name != "signal":  # its line may begin with a dash
                cases.append(([name, *right, "--bogus"], {64}, "--bogus"))
                cases.append(([name, *right, "-x"], {64}, "-x"))
            cases.append(([name, *right, "--json=1"], {64}, "--json"))
            cases.append(([name, *right, "--db", "/a", "--db", "/b"], {64}, "--db"))
            for option, value in {**self.commands[name][1], "--db": True, "--config": True}.items():
                if value is True:
                    lacking.append((["--json", name, *right, option], {64}, option))
                if not value:
                    cases.append(([name, *right, option + "=x"], {64}, option))
        self.walk(cases)
        self.walk(lacking)

    def test_values_of_options(self):
        cases = []
        for name in self.all_but():
            for option, takes in self.commands[name][1].items():
                finds = name in ("list", "watch") and option in FILTERS
                for value, codes in BAD_VALUES.get(option, []):
                    if takes and not finds:
                        words = [word for word in self.words(name) if not (option == "--body-file" and word == "text")]
                        cases.append(([name, *words, option, value], codes, None))
        self.walk(cases)

    def test_words(self):
        cases = [([], {64}, "no command"), (["nonsense"], {64}, "nonsense"),
                 ([""], {64}, None), ([HUGE], {64}, None)]
        for name in self.all_but():
            words = self.commands[name][0]
            right = self.words(name)
            if right:
                cases.append(([name], {64}, name))
            if self.has(name, "KEY") and self.has(name, "TEXT"):
                cases.append(([name, right[0]], {64}, None))
            if not any("..." in word for word, _ in words):
                cases.append(([name, *right, "a", "b", "c", "d"], {64}, name))
            elif self.has(name, "KEY") and not self.has(name, "TEXT"):
                cases.append(([name, *right, "a b", "c"], {64}, None))
        self.walk(cases)

    def test_keys(self):
        cases = []
        for name in self.all_but():
            if not self.has(name, "KEY"):
                continue
            rest = self.words(name)[1:]
            cases.append(([name, "MC-999", *rest], {66}, "MC-999"))
            for key in ("mc-1", "MC-0", "MC-1x", "MC-01", "", " ", "1", "MC-", "XX-1", "MC-99999999999999999999",
                        "MC-1\n", b"\xffMC-1", "\x1b[31m", HUGE):
                cases.append(([name, key, *rest], {64}, "ticket key"))
        self.walk(cases)

    def test_texts(self):
        """Of a title, and of a text for an agent."""
        cases = []
        for name in self.all_but():
            kind = "TITLE" if self.has(name, "TITLE") else "TEXT" if self.has(name, "TEXT") else None
            if not kind:
                continue
            before = self.words(name)[:-1]
            for text, codes in (("", {64, 65}), (" \t ", {64, 65}), (b"a \xff b", {65}), ("\u200b", {64, 65})):
                cases.append(([name, *before, text], codes, None))
            if kind == "TITLE":
                cases.append(([name, *before, "a \x1b[31m b"], {65}, None))
                cases.append(([name, *before, HUGE], {65}, None))
        self.walk(cases)

    def test_boards(self):
        cases = []
        folder = self.board.folder
        for name in self.all_but("init", *REPORTERS):
            right = self.words(name)
            for board, codes in ((f"{folder}/none.db", {66}), (f"{folder}/none/none.db", {66}), (folder, {66}),
                                 (self.files["text"], {74}), (f"{folder}/other.db", {78}), ("", {64, 66, 78})):
                if name in TOLD_BEFORE:
                    codes = codes | {64}
                cases.append(([name, *right, "--db", board], codes, None if name in TOLD_BEFORE else board))
        for board, codes in ((folder, {73, 77}), (self.files["text"], {74}), (f"{folder}/other.db", {78}),
                             ("/proc/none/board.db", {73}), ("/etc/passwd/board.db", {73})):
            cases.append((["init", "--db", board], codes, None))
        self.walk(cases)

    def test_configurations(self):
        cases = []
        for name in self.all_but("init", *REPORTERS):
            right = self.words(name)
            for config, codes in ((f"{self.board.folder}/none.json", {66}), (self.board.folder, {66}),
                                  (self.files["broken"], {78}), (self.files["unknown"], {78}),
                                  (self.files["open"], {77})):
                if name in TOLD_BEFORE:
                    codes = codes | {64}
                cases.append(([name, *right, "--config", config], codes, None if name in TOLD_BEFORE else config))
        self.walk(cases)

    def test_outputs(self):
        """What only looks says so where it cannot be written; nowhere does a closed one become the board's."""
        looking = [name for name in self.all_but("init", *TOLD_BEFORE, *REPORTERS)
                   if "--by" not in self.commands[name][1]]
        printing = [name for name in looking if self.board.call(name, *self.words(name)).stdout]
        with open("/dev/full", "wb") as full:
            for name in printing:
                done = self.board.call(name, *self.words(name), capture_output=False, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, 74, (name, done.stderr))
                self.assertEqual(done.stderr.count(b"\n"), 1, (name, done.stderr))
        for name in looking:
            done = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&-', "-", TICKET, name, *self.words(name)],
                                  env=self.board.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                                  timeout=60)
            self.assertIn(done.returncode, {74} if name in printing else {0, 66, 69}, (name, done.stderr))
        self.assertEqual(self.board.dump(), self.board.before)
        self.assertEqual(self.board.db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_locked(self):
        """What changes something is told to try again; who looks is let through."""
        self.board.db.execute("BEGIN IMMEDIATE")
        try:
            for name in self.all_but("init", "page", *TOLD_BEFORE, *REPORTERS):
                done = self.board.call(name, *self.words(name), *MORE.get(name, []), "--json")
                changes = "--by" in self.commands[name][1]
                if name == "send":  # nobody is there to hear it
                    continue
                if changes and name not in ("pool", "breaker", "hosts"):  # without a further word they look
                    self.assertEqual(done.returncode, 75, (name, done.stderr))
                    self.assertEqual(json.loads(done.stdout)["error"]["exit"], 75)
                    self.assertRegex(done.stderr, rb"locked|busy")
                else:
                    self.assertIn(done.returncode, {0, 66}, (name, done.stderr))
        finally:
            self.board.db.execute("ROLLBACK")
        self.assertEqual(self.board.dump(), self.board.before)

    def test_read_only(self):
        """A file system that takes nothing, where mounts of our own are allowed."""
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        state = os.path.dirname(self.board.path)
        if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL, check=False).returncode:
            self.skipTest("no mounts of our own")
        for name in self.all_but("init", "page", *TOLD_BEFORE, *REPORTERS):
            if "--by" not in self.commands[name][1] or name in ("pool", "breaker", "hosts"):
                continue
            done = subprocess.run(["unshare", "-m", "/bin/sh", "-c", mount, state, TICKET, name, *self.words(name),
                                   *MORE.get(name, []), "--json"], env=self.board.env, stdin=subprocess.DEVNULL, capture_output=True,
                                  check=False, timeout=60)
            self.assertIn(done.returncode, {74, 77}, (name, done.stderr))
            self.assertIn(b"read-only", done.stderr.lower(), name)
            self.assertEqual(done.stderr.count(b"\n"), 1, (name, done.stderr))
        self.assertEqual(self.board.dump(), self.board.before)

    def test_reporters(self):
        """They find what is wrong, and end by the worst of it."""
        for name in REPORTERS & set(self.commands):
            for words in (["--db", "/nowhere/board.db"], ["--config", self.files["broken"]]):
                done = self.board.call(name, *words, "--json")
                self.assertIn(done.returncode, {66, 69, 78}, (name, words, done.stderr))
                json.loads(done.stdout)

    def test_pickup(self):
        """The other program, whose object has the failure as `error`."""
        folder, wrong = self.board.folder, []
        cases = [(["--bogus"], {64}, "--bogus"), (["-x"], {64}, "-x"), (["--ticket"], {64}, "--ticket"),
                 (["--dry-run=1"], {64}, "--dry-run=1"), (["MC-1"], {64}, "MC-1"),
                 (["--tick", "MC-1"], {64}, "--tick "), (["--tick=MC-1"], {64}, "--tick=MC-1"), (["--dry"], {64}, "--dry "),
                 (["--heal-only", "--ticket", "MC-1"], {64}, "--heal-only"), (["--ticket", "MC-999"], {66}, "MC-999"),
                 (["--ticket", "MC-5"], {65}, "MC-5"), (["--ticket", HUGE], {64}, "key")]
        cases += [(["--ticket", key], {64}, "key") for key in ("mc-1", "MC-0", "MC-1x", "", "\x1b[31m", b"\xff")]
        cases += [(["--db", board], {code}, board) for board, code in
                  ((f"{folder}/none.db", 66), (folder, 66), (self.files["text"], 74), (f"{folder}/other.db", 78))]
        cases += [(["--config", config], {code}, config) for config, code in
                  ((f"{folder}/none.json", 66), (folder, 66), (self.files["broken"], 78), (self.files["open"], 77))]
        for words, codes, named in cases:
            done = subprocess.run([os.path.join(BIN, "mc-pickup"), "--json", *words], env=self.board.env, check=False,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            error = done.stderr.decode("utf-8", "strict")
            given = json.loads(done.stdout)
            if (done.returncode not in codes or given["exit"] != done.returncode or not given["error"]
                    or error.count("\n") != 1 or named not in error or len(error) > LINE_MAX
                    or not ADVICE.search(error)):
                wrong.append(f"{str(words)[:80]}: {done.returncode} {error[:300]}")
        self.assertEqual(self.board.dump(), self.board.before)
        if wrong:
            self.fail("\n".join(wrong))

    def test_hooks(self):
        """An agent is never stopped by its own report."""
        for words in ([], ["--bogus"], ["nobody", "{}"], ["claude", "no json"], ["claude", "{}", "--db", "/nowhere/x"],
                      ["claude", HUGE], ["claude", "{}", "a", "b"]):
            done = self.board.call("turn-event", *words)
            self.assertEqual(done.returncode, 0, words)
        self.assertEqual(self.board.dump(), self.board.before)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
