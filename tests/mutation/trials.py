"""The trials: which tests reach which mutants, and which mutants they notice."""
import glob
import hashlib
import json
import os
import queue
import re
import signal
import threading
import time

import build
import fence
import report
import same
from reach import in_suite, listed as all_tests

# About the sources, the package, other versions and time itself, not about what a built program does.
APART = re.compile(r"^(house|package|bench|man|mutation|torture|fuzz|model|versions)_")


def with_server(told):
    """Runs on the server that tests have together; in a fence each has its own."""
    return any(word.endswith("/server.py") for word in told.get("command", []))


class Test:
    """One test of the suite."""

    def __init__(self, name, argv, env, cwd, labels):
        self.name, self.argv, self.env, self.cwd = name, argv, env, cwd
        self.kind = "unit" if "unit" in labels else "script"
        self.seconds, self.cpu, self.marks, self.good = 0.0, 0.0, set(), False
        self.source, self.text = "", b""

    def job(self, number, seen=0, most=None):
        quick = not seen
        argv = [*self.argv, "-f"] if quick and self.argv[-1].endswith(".py") else self.argv
        wall = 10 * self.seconds + 5 if quick else 300
        cpu = int(1 + 4 * self.cpu) if quick and self.kind == "unit" else 120
        if most:
            wall, cpu = min(wall, 20 * most), most
        return {"argv": argv, "env": self.env, "cwd": self.cwd, "number": number, "seen": seen, "wall": wall, "cpu": cpu,
                "stop": quick}


def those_of(woven, regex):
    """What ctest says of the tests that run in the fence and are called so."""
    for one in all_tests(woven.out).values():
        if not APART.match(one["name"]) and in_suite(one) and not with_server(one) and re.search(regex, one["name"]):
            yield one


def listed(woven, regex=""):
    """The tests that ctest would run, with the hash of what each is made of."""
    for one in those_of(woven, regex):
        told = one["properties"]
        if "command" not in one:
            continue
        env = dict(pair.split("=", 1) for pair in told.get("ENVIRONMENT", []))
        test = Test(one["name"], one["command"], env, told["WORKING_DIRECTORY"], told.get("LABELS", []))
        test.text = origin(woven, test)
        test.source = hashlib.sha1(test.text).hexdigest()[:12]
        yield test


def origin(woven, test):
    """Its own source, and the samples that it reads (unit_samples_NAME), or the scenes (scenes/test_NAME.py)."""
    if test.kind == "unit":
        name = test.name[len("unit_"):]
        paths = [os.path.join(woven.source, "tests/unit", name + ".c"),
                 os.path.join(woven.source, "tests/samples", name.replace("samples_", "", 1) + ".txt")]
    else:
        paths = [word for word in test.argv if word.endswith((".bats", ".py"))][:1]
        if paths and os.path.basename(os.path.dirname(paths[0])) == "scenes":
            paths += sorted(glob.glob(os.path.join(os.path.dirname(paths[0]), "[!t]*.*")))
    text = b""
    for path in filter(os.path.exists, paths):
        with open(path, "rb") as file:
            text += file.read()
    return text


class Cache:
    """What earlier runs found, by content."""

    def __init__(self, path):
        self.path, self.known = path, {"reach": {}, "outcomes": {}}
        self.lock = threading.Lock()
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.known = json.load(file)
        self.saved = time.monotonic()

    def put(self, kind, key, value):
        with self.lock:
            self.known[kind][key] = value
        self.save(False)

    def save(self, now=True):
        if self.path and (now or time.monotonic() - self.saved > 60):
            with self.lock:
                self.saved = time.monotonic()
                with open(self.path + ".new", "w", encoding="utf-8") as file:
                    json.dump(self.known, file)
                os.replace(self.path + ".new", self.path)


class Pool:
    """As many fences as jobs, each fed by a thread of its own."""

    def __init__(self, woven, jobs):
        self.fences = [fence.Fence(woven.root, woven.folder) for _ in range(jobs)]

    def each(self, things, work, progress, until=None):
        waiting = queue.SimpleQueue()
        for thing in things:
            waiting.put(thing)
        failures = []

        def feed(one):
            while not failures and (until is None or time.monotonic() < until):
                try:
                    thing = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    work(one, thing)
                    progress.one_more()
                except Exception as failure:  # pylint: disable=broad-except
                    failures.append(failure)
                    return

        threads = [threading.Thread(target=feed, args=(one,)) for one in self.fences]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            failures.append(KeyboardInterrupt())
            while not waiting.empty():
                waiting.get_nowait()
        if failures:
            raise failures[0]

    def close(self):
        for one in self.fences:
            one.close()


def reach(pool, woven, tests, cache, say):
    """Runs each test once as it is, and notes what it reaches. A script is not run again because a file changed: then it
    reaches all of that file's places, if it has reached any."""
    states = woven.states()

    def look(one, test):
        key = f"{test.name} {test.source}"
        known = cache.known["reach"].get(key)
        fresh = known and all(known["states"].get(name) == states[name] for name in woven.weavers)
        if known is None or test.kind == "unit" and not fresh:
            answer = one.run(test.job(0, build.SEEN)) or {"code": 99, "seconds": 0, "cpu": 0, "output": "hung"}
            known = {"good": answer["code"] == 0, "seconds": answer["seconds"], "cpu": answer["cpu"],
                     "marks": pairs(answer.get("marks", [])), "states": states}
            if not known["good"]:
                say(f"# {test.name} fails in the fence ({answer['code']}) and is left out: {answer['output'][-300:]!r}")
            cache.put("reach", key, known)
        test.good, test.seconds, test.cpu = known["good"], known["seconds"], known["cpu"]
        test.marks = {n for first, last in known["marks"] for n in range(first, last + 1)}
        widen(test, known["states"], states)

    pool.each(sorted(tests, key=lambda t: t.kind != "unit"), look, report.Progress("tests looked at", len(tests), say))
    cache.save()


def widen(test, then, now):
    """Takes a file that is another now for reached everywhere."""
    for name in now:
        if then.get(name) != now[name]:
            first = now[name][0]
            numbers = range(first, first + build.ROOM)
            if name not in then or not test.marks.isdisjoint(numbers):
                test.marks.update(numbers)


def pairs(numbers):
    """[first, last] of each stretch."""
    found = []
    for n in numbers:
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return found


def header(name):
    """lib/rules/words.c: rules/words.h"""
    return name[len("lib/"):-1] + "h"


class Trials:
    """The mutants of a woven build against its tests."""

    def __init__(self, woven, tests, cache, options):
        self.woven, self.cache = woven, cache
        self.budget, self.compare, self.glance = options.budget, options.same, options.glance or 1e9
        self.tests = [test for test in tests if test.good]
        self.last = {}  # file: the test that noticed last
        self.areas, self.states = {}, woven.states()
        for test in self.tests:
            test.files = {n // build.ROOM for n in test.marks}
        for weaver in woven.weavers.values():
            self.tables(weaver)

    def tables(self, weaver):
        """Whoever passes a function that names a table reaches its rows; where none does in its own file, or where it is
        there for others, whoever is in a file that names it or includes its header."""
        for name in {m.table for m in weaver.mutants if m.table is not None and not m.inside}:
            word = re.compile(rf"\b{re.escape(name)}\b")
            spans = [(s, e) for s, e, _ in weaver.functions if word.search(weaver.text, s, e)]
            numbers = {m.number for m in weaver.mutants
                       if m.table is None and (not spans or any(s <= m.start < e for s, e in spans))}
            files = set()
            if not spans or not re.search(rf"^static [^;{{]*\b{re.escape(name)}\b", weaver.text, re.MULTILINE):
                files = self.naming(word, weaver) | self.naming(re.compile(re.escape(header(weaver.name))), weaver)
            self.areas[weaver.name, name] = numbers, files

    def naming(self, word, weaver):
        """Places in the numbering of the other files that have this."""
        return {first // build.ROOM for name, (first, _) in self.states.items()
                if name != weaver.name and word.search(build.read(os.path.join(self.woven.root, name)))}

    def passes(self, test, area):
        numbers, files = area
        return not numbers.isdisjoint(test.marks) or not files.isdisjoint(test.files)

    def reaching(self, weaver, mutant):
        """The tests that come by it, those first that are likely to notice and quick."""
        if mutant.row is not None:
            found = [t for t in self.tests if build.ROWS + mutant.row in t.marks or mutant.table.encode() in t.text]
        elif mutant.table is not None and not mutant.inside:
            area = self.areas[weaver.name, mutant.table]
            found = [t for t in self.tests if self.passes(t, area) or mutant.table.encode() in t.text]
        else:
            found = [t for t in self.tests if mutant.number in t.marks]
        last = self.last.get(mutant.path)
        return sorted(found, key=lambda t: (t.kind != "unit", t.seconds * (0.2 if t is last else 1)))

    def state(self, tests):
        return hashlib.sha1(" ".join(sorted(f"{t.name} {t.source}" for t in tests)).encode()).hexdigest()[:12]

    def known(self, key, tests):
        """What an earlier run found, where neither the text nor the tests are others now."""
        old = self.cache.known["outcomes"].get(key)
        if old is None:
            return None
        if old["outcome"] == "killed":
            by = next((t for t in tests if t.name == old["by"]), None)
            return old if by and by.source == old["source"] else None
        fresh = (old["state"] == self.state(tests) and old["budget"] >= self.budget and
                 old.get("glance", 1e9) >= self.glance)
        return old if fresh and (old["compared"] or not self.compare) else None

    def one(self, worker, weaver, mutant):
        """The outcome of one: {"outcome": killed | survived | unreached | uncompiled}."""
        if not mutant.compiled:
            return {"outcome": "uncompiled"}
        tests = self.reaching(weaver, mutant)
        key = mutant.key(weaver.text)
        found = self.known(key, tests)
        if found is None:
            found = self.tried(worker, mutant, tests) if tests else {"outcome": "unreached"}
            if self.compare and found["outcome"] != "killed" and same.object_is(weaver, mutant):
                found = {"outcome": "equivalent"}
            found.update(state=self.state(tests), budget=self.budget, compared=self.compare,
                         glance=self.glance)
            self.cache.put("outcomes", key, found)
        return {**found, "tests": len(tests)}

    def tried(self, worker, mutant, tests):
        spent = 0.0
        for test in tests:
            if test.kind == "script" and spent + test.cpu > self.budget:
                continue
            cut = test.kind == "unit" and test.cpu > self.glance
            answer = worker.run(test.job(mutant.number, 0, int(self.glance) if cut else None))
            if cut and (answer is None or answer["why"] == "time" or answer["code"] in (-signal.SIGXCPU, -signal.SIGKILL)
                        and answer["why"] != "said"):
                continue
            if answer is not None and answer["code"] == 97:
                raise RuntimeError(answer["output"])
            if answer is None or answer["code"] not in (0, 77):
                self.last[mutant.path] = test
                why = "hung" if answer is None else answer["why"] or str(answer["code"])
                return {"outcome": "killed", "by": test.name, "source": test.source, "why": why}
            if test.kind == "script":
                spent += answer["cpu"]
        return {"outcome": "survived"}
