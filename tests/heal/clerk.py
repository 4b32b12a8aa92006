"""The clerk of a test: answers questions about the board and about reports, without an interpreter's start for each.

Reads requests of NUL-terminated fields, a word and its argument, from standard input; answers with 0 or 1 (it failed),
the text and a NUL. Ends with its input, or when its test has ended without a word."""
import json
import os
import select
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "hosts"))
import board


def rows(path, statement):
    """Rows as a|b lines; also runs a change, or several."""
    return board.lines(board.rows(path, statement))


def dump(path, _):
    """The whole board, after a check that it is sound."""
    return "\n".join(board.dump(path))


def healed(_, report):
    """The repairs in a report: rule, ticket, from, to."""
    return "\n".join(" ".join((one["rule"], one["ticket"], one["from"], one["to"]))
                     for one in json.loads(report)["healed"])


def plan(_, report):
    """The plan of a dry run: step and ticket."""
    return "\n".join(one["step"] + " " + one["ticket"] for one in json.loads(report)["plan"])


def value(_, question):
    """What stands at a path like send.class or plan.0.step of a report; the path is the first line."""
    path, report = question.split("\n", 1)
    found = json.loads(report)
    for key in path.split("."):
        found = found[int(key)] if key.isdigit() else found[key]
    return found if isinstance(found, str) else json.dumps(found)


def record(_, question):
    """A terminal-state record: its lines and its JSON agree. First line: the ticket and the status wanted."""
    wanted, text = question.split("\n", 1)
    ticket, status = wanted.split()
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and not line.startswith("- "))
    said = json.loads(lines["json"])
    assert list(said) == ["status", "summary", "root_cause", "safe_retry", "stop_condition", "human_input_required",
                          "next_actions", "artifacts"], list(said)
    for key in ("status", "summary", "root_cause", "stop_condition"):
        assert said[key] and lines[key] == said[key], key
    assert said["status"] == status, said["status"]
    assert said["artifacts"][0] == "ticket:" + ticket, said["artifacts"]
    assert said["next_actions"], said
    return ""


ANSWERS = {"rows": rows, "dump": dump, "healed": healed, "plan": plan, "value": value, "record": record}


def requests(parent):
    """Each as its two fields."""
    waiting = b""
    while os.getppid() == parent:
        if not select.select([0], [], [], 5)[0]:
            continue
        more = os.read(0, 1 << 20)
        if not more:
            return
        waiting += more
        while waiting.count(b"\0") >= 2:
            word, argument, waiting = waiting.split(b"\0", 2)
            yield word.decode(), argument.decode()


def main():
    path = sys.argv[1]
    for word, argument in requests(os.getppid()):
        try:
            answer = "0" + ANSWERS[word](path, argument)
        except Exception as error:  # pylint: disable=broad-except
            answer = f"1{word}: {type(error).__name__}: {error}"
        with os.fdopen(os.dup(1), "wb") as out:
            out.write(answer.encode() + b"\0")


main()
