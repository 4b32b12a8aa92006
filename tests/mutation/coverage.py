"""tests/mutate --coverage: which lines and branches the suite reaches, by layer, and what of lib/rules and lib/store it
does not reach and nobody has named (uncovered.txt). Writes the map of which test reaches which line (--reach)."""
import json
import os
import sys
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(ROOT, "tests"))
import reach
import uncovered
import usage

WRITE_SECONDS = 30  # what is cut off has so much to do again
STRICT = ("lib/rules/", "lib/store/")


class State:
    """What all runs so far have found: the map of which test reaches which line, with the branches beside."""

    def __init__(self, path):
        self.path = path
        self.tests, self.lines, self.code, self.branches = {}, {}, {}, {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.__dict__.update(json.load(file), path=path)

    def add(self, found):
        """Takes the place of what the test reached before; branches only grow."""
        for at in self.lines.values():
            for number in [number for number, tests in at.items() if found.name in tests]:
                at[number].remove(found.name)
        if found.name:
            self.tests[found.name] = {"seconds": round(found.seconds, 2)}
        for path, numbers in found.lines.items():
            for number in numbers:
                self.lines.setdefault(path, {}).setdefault(str(number), []).append(found.name)
        for path, code in found.code.items():
            self.code.setdefault(path, {}).update({str(number): name for number, name in code.items()})
        for path, at in found.branches.items():
            for number, taken in at.items():
                reach.either(self.branches.setdefault(path, {}), str(number), taken)

    def write(self):
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({key: value for key, value in self.__dict__.items() if key != "path"}, file)
        os.replace(self.path + ".new", self.path)

    def reached(self, path, number):
        return bool(self.lines.get(path, {}).get(number))

    def missed(self, path, text):
        """(line, function, what) of each line that nothing reaches and each branch that nothing takes. A switch over an
        enum has no default: the one way that is left is past all of its cases, whose own lines are looked at."""
        for number, function in sorted(self.code.get(path, {}).items(), key=lambda each: int(each[0])):
            left = self.branches.get(path, {}).get(number, []).count(False)
            if not self.reached(path, number):
                yield int(number), function, "line"
            elif left > text(path, int(number)).startswith("switch ("):
                yield int(number), function, "branch"


def layer(path):
    return "/".join(path.split("/")[:2])


def counted(state, paths):
    """(lines, of lines, branches, of branches) over the files."""
    lines = [state.reached(path, number) for path in paths for number in state.code[path]]
    taken = [each for path in paths for branches in state.branches.get(path, {}).values() for each in branches]
    return sum(lines), len(lines), sum(taken), len(taken)


def percent(part, whole):
    return f"{100 * part / whole:5.1f} %" if whole else "      -"


def report(state):
    """A line for each layer; returns the line of figures."""
    paths = sorted(state.code)
    for name in sorted({layer(path) for path in paths if path.startswith("lib/")}) + ["cmd"]:
        lines, of_lines, taken, of_taken = counted(state, [path for path in paths if path.startswith(name + "/")])
        print(f"{name:12} lines {percent(lines, of_lines)} of {of_lines:5}   "
              f"branches {percent(taken, of_taken)} of {of_taken:5}")
    lines, of_lines, taken, of_taken = counted(state, paths)
    return f"lines {percent(lines, of_lines).strip()}, branches {percent(taken, of_taken).strip()}"


def unnamed(state, everything):
    """Prints what of the strict layers is neither reached nor named; returns how many."""
    names = uncovered.Names(ROOT)
    count = 0
    for path in sorted(state.code):
        if path.startswith(STRICT):
            for number, function, what in state.missed(path, names.text):
                text = names.text(path, number)
                named = names.named(path, function, text)
                if everything or not named:
                    print(f"{path}:{number}: {function}: {what}: {text}")
                count += not named
    return count


def chosen(arguments, tests):
    """The tests to run, those that have no program of ours left out."""
    for name, test in tests.items():
        unit = "unit_" in name
        if reach.in_suite(test) and not reach.ELSEWHERE.match(name) and name not in reach.FIXTURE:
            if (not arguments.units or unit) and (not arguments.scripts or not unit):
                if not arguments.tests or name in arguments.tests:
                    yield test


def parse(argv):
    parser = usage.Parser(prog="tests/mutate --coverage", description=__doc__)
    parser.add_argument("--build", default=os.path.join(ROOT, "build/cover"), help="where to build (build/cover)")
    parser.add_argument("--reach", help="the map of which test reaches which line (BUILD/reach.json); with --add kept")
    parser.add_argument("--add", action="store_true", help="add to what earlier runs found")
    parser.add_argument("--rest", action="store_true", help="the same, and run only what they did not")
    parser.add_argument("--units", action="store_true", help="only the unit tests")
    parser.add_argument("--scripts", action="store_true", help="only the other tests")
    parser.add_argument("--report", action="store_true", help="run nothing: say what earlier runs found")
    parser.add_argument("--all", action="store_true", help="list also what is named in uncovered.txt")
    parser.add_argument("--jobs", type=usage.above_zero(int), default=2, help="tests at a time (2)")
    parser.add_argument("tests", nargs="*", help="tests by ctest's names (the suite)")
    return parser.parse_args(argv)


def measure(arguments, state):
    build = os.path.abspath(arguments.build)
    reach.build_counting(ROOT, build)
    failed = []
    written = time.monotonic()
    tests = [test for test in chosen(arguments, reach.listed(build))
             if not arguments.rest or test["name"] not in state.tests]
    try:
        for found in reach.walk(ROOT, build, tests, arguments.jobs):
            state.add(found)
            if time.monotonic() - written > WRITE_SECONDS:
                state.write()
                written = time.monotonic()
            if found.name and not found.passed and found.name not in reach.DISTURBED:
                failed.append(found.name)
                print(f"failed: {found.name}: see {build}/logs/{found.name}", flush=True)
    finally:
        state.write()
    return failed


def main(argv):
    arguments = parse(argv)
    path = arguments.reach or os.path.join(arguments.build, "reach.json")
    if not (arguments.add or arguments.rest or arguments.report) and os.path.exists(path):
        os.unlink(path)
    state = State(path)
    failed = [] if arguments.report else measure(arguments, state)
    figures = report(state)
    count = unnamed(state, arguments.all)
    print(f"proof: coverage: {figures} by {len(state.tests)} tests, {len(failed)} failed; "
          f"{count} lines of lib/rules and lib/store neither reached nor named")
    return 1 if count or failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
