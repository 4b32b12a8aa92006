"""All mutants of a file in one text, each behind its number (chosen.c): one build holds every one of them."""
import hashlib
import re
import subprocess

import places
import tables

OUTERMOST = {"jump": 0, "statement": 1, "value": 2}
HEAD = ("extern int mc_mutant; extern unsigned char *mc_mutant_seen; "
        "void mc_mutant_patch(const void *, const void *, unsigned long); "
        "static inline __attribute__((always_inline, unused)) int mc_m(int n) { "
        "if (__builtin_expect(mc_mutant_seen != 0, 0)) mc_mutant_seen[n] = 1; return mc_mutant == n; }\n")


MARK = re.compile(r"mc_m\((\d+)\)")


class Mutant:
    """One change: where, of which text, into which."""

    def __init__(self, number, path, text, span):
        self.number, self.path = number, path
        self.start, self.end, self.was, self.told = span
        self.line = text.count("\n", 0, self.start) + 1
        self.function, self.compiled, self.table = "", True, None
        self.row, self.inside = None, True
        self.swap = None  # the stretch that it changes places with
        self.now = ""

    def key(self, text):
        """What it is, whatever stands above it in the file."""
        begin = text.rfind("\n", 0, self.start) + 1
        line = text[begin:text.find("\n", self.start)]
        said = "\0".join((self.path, self.function, line.strip(), str(self.start - begin), self.was, self.told))
        return hashlib.sha1(said.encode("latin-1")).hexdigest()[:20]


class Weaver:
    """The woven text of one file and its mutants, numbered from `first`."""

    def __init__(self, path, found, first, compiler):
        self.path, self.text, self.first, self.compiler = path, found.text, first, compiler
        self.finder = found
        self.mutants = []
        self.numbers = {}
        self.places = sorted(found.places.values(), key=lambda p: (p.start, -p.end, OUTERMOST[p.shape]))
        self.number_all()
        self.rows = tables.Rows(self)

    def function(self, at):
        for start, end, name in self.finder.functions:
            if start <= at < end:
                return name
        return ""

    def new(self, start, end, was, told):
        mutant = Mutant(self.first + len(self.mutants), self.path, self.text, (start, end, was, told))
        mutant.function = self.function(start)
        self.mutants.append(mutant)
        return mutant

    def number_all(self):
        for place in self.places:
            for index, (now, was, told) in enumerate(place.others):
                if isinstance(now, tuple) and isinstance(now[0], places.Place):
                    self.numbers[place, index] = self.numbers[now]
                    continue
                mutant = self.new(place.start, place.end, was, told)
                mutant.now = now
                if isinstance(now, tuple):
                    mutant.swap, mutant.now = now, ""
                self.numbers[place, index] = mutant

    def alternative(self, now):
        if isinstance(now, tuple):
            if isinstance(now[0], places.Place):
                return self.text[now[0].start:now[0].end]
            return self.text[now[0]:now[1]]
        return now

    def offers(self, place):
        """(mutant, text on one line) of each that compiles."""
        for index, (now, _, _) in enumerate(place.others):
            mutant = self.numbers[place, index]
            if mutant.compiled:
                yield mutant, tables.oneline(self.alternative(now))

    def wrap(self, place, base):
        offers = list(self.offers(place))
        if not offers:
            return base
        if place.shape == "jump":
            return "{\n" + f"if (mc_m({offers[0][0].number})) {{}} else\n" + "{ " + base + " } }"
        cast = "(void)" if place.shape == "statement" else ""
        heads = "".join(f"\nmc_m({m.number}) ? {cast}({now}) :\n" for m, now in offers)
        return f"({heads}{cast}({base}))"

    def woven(self):
        """The whole text."""
        out, at, inserts = [], 0, self.rows.inserts()
        stack = []  # (place, its pieces)

        def put(piece):
            (stack[-1][1] if stack else out).append(piece)

        def upto(offset):
            nonlocal at
            while inserts and inserts[0][0] <= offset:
                where, skip, piece = inserts.pop(0)
                put(self.text[at:where] + piece)
                at = where + skip
            put(self.text[at:offset])
            at = offset

        def close(offset):
            while stack and stack[-1][0].end <= offset:
                upto(stack[-1][0].end)
                place, pieces = stack.pop()
                put(self.wrap(place, "".join(pieces)))

        for place in self.places:
            close(place.start)
            if stack and place.end > stack[-1][0].end:
                continue  # it reaches over an edge: out of a macro
            upto(place.start)
            stack.append((place, []))
        close(len(self.text))
        upto(len(self.text))
        return HEAD + "".join(out)


class Woven:
    """What is kept of a weaver."""

    def __init__(self, weaver, name):
        self.name, self.text, self.compiler = name, weaver.text, weaver.compiler
        self.mutants, self.functions = weaver.mutants, weaver.finder.functions

    def changed(self, mutant):
        """The text with this one change and nothing else."""
        if mutant.table is not None:
            return None
        if mutant.swap:
            start, end = mutant.swap
            return (self.text[:mutant.start] + self.text[start:end] + self.text[mutant.end:start] +
                    self.text[mutant.start:mutant.end] + self.text[end:])
        wrapped = f"({mutant.now})" if mutant.now else ";"
        return self.text[:mutant.start] + wrapped + self.text[mutant.end:]


def lines_at_fault(compiler, path):
    """Numbers of the lines that the compiler refuses."""
    ran = subprocess.run([*compiler, "-fsyntax-only", "-w", "-fmax-errors=0", path], stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, check=False)
    said = ran.stderr.decode("utf-8", "replace")
    return sorted({int(n) for n in re.findall(rf"^{re.escape(path)}:(\d+):(?:\d+:)? error", said, re.MULTILINE)}), said


def settle(weaver, compiler, path):
    """Writes the woven text to the path without what does not compile."""
    for _ in range(20):
        woven = weaver.woven()
        with open(path, "w", encoding="latin-1", newline="") as file:
            file.write(woven)
        faults, said = lines_at_fault(compiler, path)
        if not faults:
            return
        lines = woven.split("\n")
        numbers = {int(n) for fault in faults for n in MARK.findall(lines[fault - 1])}
        if not numbers:
            numbers = around(lines, faults)
        if not numbers:
            raise SystemExit(f"tests/mutate: {path} does not compile when woven: {said[:500]}")
        for mutant in weaver.mutants:
            mutant.compiled = mutant.compiled and mutant.number not in numbers
    raise SystemExit(f"tests/mutate: {path} does not compile when woven: {said[:500]}")


def around(lines, faults):
    """Of the places whose wrapping is itself at fault: the number next after the line, else next before it."""
    numbers = set()
    for fault in faults:
        near = [*lines[fault - 1:fault + 1], *reversed(lines[:fault])]
        found = next((m for m in map(MARK.search, near) if m), None)
        if found:
            numbers.add(int(found.group(1)))
    return numbers
