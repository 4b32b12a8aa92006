"""Whatever a program reads and writes comes in halves, or byte by byte, through its whole run, and nobody notices.

    short.py CASE NAME:0:*:0:WHAT     that one: each call of each process NAME brings "one" byte, or "half"
    short.py CASE                     what there is to try in a case, and how much of it"""
import sys

sys.dont_write_bytecode = True
import where
import calls
import kernel
import live
import tracer


def catalogue(cases):
    """As calls.catalogue: each program of ours in each case, all its calls."""
    groups, found = {}, {}
    of_cases, broken = calls.references(cases)
    for case, those in of_cases.items():
        for program in sorted({point.name for point in those} & set(live.OURS) - {"mc-demo-agent"}):  # whose log is the witness
            for what in kernel.SHORT:
                point = tracer.Point(program, 0, "*", 0, 0, "", False)
                name = f"{case} {tracer.rule_for(point, what)}"
                groups.setdefault(case, []).append(name)
                found[name] = (case, point, what)
    return groups, found, broken


def run(bounds, cases=tuple(calls.SCENES)):
    """(how many there are, names of those tried now, failures)."""
    return calls.tried(catalogue(cases), bounds._replace(every=True), "short")


if __name__ == "__main__":
    sys.exit(calls.main(sys.argv[1:], catalogue))
