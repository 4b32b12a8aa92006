"""Which lines and branches each test reaches: the tests run in a build that counts (gcov), one by one known.

usage: for found in reach.walk(root, build, tests, jobs): found.name, .seconds, .passed, .lines, .code, .branches
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import time

FLAGS = "-O0 --coverage -fprofile-update=atomic"
WRAPS = "-Wl,--wrap=_exit,--wrap=_Exit,--wrap=execve,--wrap=getenv"
# What runs no program of ours, or a build of its own.
ELSEWHERE = re.compile(r"^(house|package|man_lint|page_browser|clock_shim|mutation|fuzz|torture|model)")
# Fails in this build alone: the counts themselves do not fit within a limit on the size of files.
DISTURBED = ("unit_git_keep",)
SKIPPED = 77
FIXTURE = "hosts_begin", "hosts_end"  # the server that the tests hosts_… have together


class Found:
    """What one test reached: lines {file: {line: function}}, all and taken; branches {file: {line: [taken]}}."""

    def __init__(self, name):
        self.name = name
        self.seconds = 0.0
        self.passed = False
        self.lines = {}
        self.code = {}
        self.branches = {}

    def add(self, document, root):
        for source in document["files"]:
            path = os.path.relpath(os.path.join(document["current_working_directory"], source["file"]), root)
            if path.startswith(("lib/", "cmd/")):
                for line in source["lines"]:
                    self.add_line(path, line)

    def add_line(self, path, line):
        number = line["line_number"]
        self.code.setdefault(path, {})[number] = line.get("function_name", "")
        if line["count"] > 0:
            self.lines.setdefault(path, set()).add(number)
        if line["branches"]:
            taken = [branch["count"] > 0 for branch in line["branches"]]
            either(self.branches.setdefault(path, {}), number, taken)


def either(branches, number, taken):
    """Adds what was taken at a line; a line that is compiled twice (a module beside a program) has the same branches."""
    before = branches.get(number, [])
    longer = max(len(before), len(taken))
    before, taken = (list(each) + [False] * (longer - len(each)) for each in (before, taken))
    branches[number] = [a or b for a, b in zip(before, taken)]


def build_counting(root, build):
    """The tree in a build that counts; what leaves without exit(3) writes its counts first (leave.c)."""
    os.makedirs(build, exist_ok=True)
    leave = os.path.join(build, "leave.o")
    subprocess.run(["cc", "-fPIC", f'-DMC_STRIP="{build.count("/")}"', "-c", f"{root}/tests/mutation/leave.c", "-o", leave],
                   check=True)
    subprocess.run(["cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DBUILD_TESTING=ON",
                    f"-DCMAKE_C_FLAGS={FLAGS}", f"-DCMAKE_EXE_LINKER_FLAGS={WRAPS} {leave}",
                    f"-DCMAKE_MODULE_LINKER_FLAGS={WRAPS} {leave}"],
                   stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["cmake", "--build", build], stdout=subprocess.DEVNULL, check=True)


def listed(build):
    """{name: test} of ctest's tests in the order in which ctest begins them: those that wait longest first."""
    shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], stdout=subprocess.PIPE, check=True)
    tests = {}
    for test in json.loads(shown.stdout)["tests"]:
        test["properties"] = {each["name"]: each["value"] for each in test["properties"]}
        tests[test["name"]] = test
    return dict(sorted(tests.items(), key=lambda each: -each[1]["properties"].get("COST", 0)))


def in_suite(test):
    return "long" not in test["properties"].get("LABELS", [])


def clear(build):
    """Takes away the counts of what ran before."""
    shutil.rmtree(os.path.join(build, "counts"), ignore_errors=True)
    for path in counted(build):
        os.unlink(path)


def counted(folder):
    for parent, _, names in os.walk(folder):
        yield from (os.path.join(parent, name) for name in names if name.endswith(".gcda"))


def run(build, test):
    """Runs the test with a folder of its own for the counts; (passed, seconds)."""
    folder = os.path.join(build, "counts", test["name"])
    environment = dict(os.environ, GCOV_PREFIX=folder, GCOV_PREFIX_STRIP=str(build.count("/")))
    environment.update(each.split("=", 1) for each in test["properties"].get("ENVIRONMENT", []))
    environment["MC_BIN"] = os.path.join(folder, "bin")
    shutil.copytree(os.path.join(build, "bin"), environment["MC_BIN"], copy_function=os.link)
    os.chmod(folder, 0o777)  # also what runs as somebody else counts
    os.makedirs(os.path.join(build, "logs"), exist_ok=True)
    began = time.monotonic()
    try:
        with open(os.path.join(build, "logs", test["name"]), "wb") as log:
            done = subprocess.run(test["command"], env=environment, cwd=os.path.join(build, "tests"), check=False,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                  timeout=3 * test["properties"].get("TIMEOUT", 240))
        return done.returncode in (0, SKIPPED), time.monotonic() - began
    except subprocess.TimeoutExpired:
        return False, time.monotonic() - began


def gather(root, build, name, folder):
    """What the counts in the folder say; gcov wants the notes of the compiler beside them."""
    found = Found(name)
    paths = []
    for path in sorted(counted(folder)):
        notes = os.path.splitext(os.path.join(build, os.path.relpath(path, folder)))[0] + ".gcno"
        beside = os.path.splitext(path)[0] + ".gcno"
        if os.path.exists(notes):
            paths.append(path)
            if not os.path.exists(beside):
                os.symlink(notes, beside)
    if paths:
        told = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *paths], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=build)
        for line in told.stdout.splitlines():
            found.add(json.loads(line), root)
    return found


def one(root, build, test):
    folder = os.path.join(build, "counts", test["name"])
    shutil.rmtree(folder, ignore_errors=True)
    passed, seconds = run(build, test)
    found = gather(root, build, test["name"], folder)
    found.passed, found.seconds = passed, seconds
    shutil.rmtree(folder, ignore_errors=True)
    return found


def walk(root, build, tests, jobs):
    """Runs the tests, so many at a time; yields what each reached as it ends, and last, without a name, what programs
    reached that had lost whose they were (an empty environment)."""
    clear(build)
    shared = any(FIXTURE[0] in str(test["properties"].get("FIXTURES_REQUIRED", "")) or test["name"].startswith("hosts_")
                 for test in tests)
    if shared:
        everything = listed(build)
        run(build, everything[FIXTURE[0]])
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for future in concurrent.futures.as_completed([pool.submit(one, root, build, test) for test in tests]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        if shared:
            run(build, everything[FIXTURE[1]])
    yield gather(root, build, "", build)
