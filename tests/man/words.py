"""What the code promises, from the built programs, and what the pages say, from their mdoc source."""
import json
import os
import re
import subprocess

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("MC_BIN", "")
BUILD = os.environ.get("MC_BUILD") or os.path.dirname(BIN)


def run(*argv, env=None):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=False, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{argv}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def promises():
    """Rows of unit_promises by kind: {"key": [["database", "path", …], …], …}."""
    rows = {}
    for line in run(os.path.join(BUILD, "unit", "unit_promises")).splitlines():
        # cmocka's own lines have no tab
        if "\t" in line:
            kind, *rest = line.split("\t")
            rows.setdefault(kind, []).append(rest)
    return rows


def commands():
    """{name: the text of its --help} of mc-ticket, in the order of its own --help."""
    program = os.path.join(BIN, "mc-ticket")
    names = re.findall(r"^  ([a-z][a-z-]*) ", run(program, "--help"), re.MULTILINE)
    return {name: run(program, name, "--help") for name in names}


def key_type(row):
    """The one phrase that a key's entry begins with: type, range, default."""
    _, kind, low, high, preset, first, second = row
    default = "no default" if preset == "-" else f"default {preset}" if preset else "default empty"
    return {
        "group": "object",
        "row": "object",
        "rows": "object of rows by name",
        "number": f"number from {low} to {high}; {default}",
        "text": f"text of at most {high} bytes; {default}",
        "path": f"path; {default}",
        "board": f"path, name of a board on a server, or null; {default}",
        "server": f"name of a board on a server, or null; {default}",
        "word": f"{first} or {second}; {default}",
        "flag": f"true or false; {default}",
        "pattern": f"pattern of at most {high} bytes; {default}",
        "list": f"list of {low} to {high} strings; {default}",
        "variables": f"object of at most {high} variables; {default}",
        "body": f"JSON of at most {high} bytes; {default}",
        "search": f"PATH or list of folders; {default}",
        "reports": f"true, false, or the name of a built-in profile; {default}",
        "lines": f"list of at most {high}; {default}",
    }[kind]


class Page:
    def __init__(self, name):
        with open(os.path.join(ROOT, "man", name), encoding="utf-8") as file:
            self.source = file.read()
        self.lines = self.source.splitlines()

    def part(self, title):
        """The lines of the section or subsection of this title."""
        found = None
        for line in self.lines:
            if re.match(r"\.S[hs] ", line):
                if found is not None and (line.startswith(".Sh") or self.is_sub):
                    break
                if found is None and line[4:].strip('"') == title:
                    found = []
                    self.is_sub = line.startswith(".Ss")
                    continue
            if found is not None:
                found.append(line)
        if found is None:
            raise AssertionError(f"no part \"{title}\"")
        return found

    def items(self, title, macro):
        """{word: the line after} of each ".It MACRO word" in the part."""
        lines = self.part(title)
        found = {}
        for at, line in enumerate(lines):
            match = re.match(rf"\.It {macro} (\S+)", line)
            if match:
                found[match.group(1)] = lines[at + 1] if at + 1 < len(lines) else ""
        return found

    def columns(self, title, macro):
        """The rows of a table as lists of cells; a line of one cell, the last, goes on with the row above it."""
        rows = []
        for line in self.part(title):
            if rows and line.startswith(".It Ta Ta "):
                rows[-1][-1] += " " + line[len(".It Ta Ta "):]
            if re.match(rf"\.It {macro} .* Ta ", line):
                rows.append([cell.strip() for cell in line[len(f".It {macro} "):].split(" Ta ")])
        return rows

    def flags(self):
        """Every option that the page names."""
        found = set()
        for line in self.lines:
            if line.startswith("."):
                for word in re.findall(r"\bFl (-?[a-z][a-z-]*)", line):
                    found.add("-" + word)
                for word in re.findall(r"\bFl -[a-z-]+ \| (-[a-z-]+)", line):
                    found.add("-" + word)
        return found


def load_json(text):
    return json.loads(text)
