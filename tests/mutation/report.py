"""What a run of trials is told as."""
import os
import re
import threading
import time

LAYERS = ("base", "rules", "store", "host", "run", "pickup", "desk")
WIDTH = 160
ANY = "(any)"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ENTRY = re.compile(r"^(?P<path>[^:]+):(?P<function>[^:]*): (?P<was>.+?) → (?P<now>.+?): (?P<reason>.+)$")


def flat(text):
    """Without comments and line ends."""
    return " ".join(COMMENT.sub(" ", text).split())


def shown(text):
    """A change as a line holds it."""
    text = text.encode("latin-1").decode("utf-8", "replace")
    return text if len(text) <= WIDTH else text[:WIDTH - 1] + "…"


def change(mutant):
    return f"{shown(mutant.was)} → {shown(mutant.told)}"


def equivalents(path):
    """Patterns of the changes that are named as changing nothing that anybody sees; ANY stands for whatever is there."""
    found = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                match = ENTRY.match(line.rstrip("\n"))
                if match:
                    named = f"{match['path']}:{match['function']}: {match['was']} → {match['now']}"
                    found.append(re.compile(re.escape(named).replace(re.escape(ANY), ".*")))
    return found


def is_named(known, name, mutant):
    text = f"{name}:{mutant.function or mutant.table or ''}: {change(mutant)}"
    return any(pattern.fullmatch(text) for pattern in known)


class Tally:
    """Outcomes by layer."""

    KINDS = ("killed", "survived", "equivalent", "unreached", "uncompiled")

    def __init__(self):
        self.counts = {}
        self.survivors = []

    def note(self, name, mutant, found):
        layer = name.split("/")[1]
        self.counts.setdefault(layer, dict.fromkeys(self.KINDS, 0))[found["outcome"]] += 1
        if found["outcome"] in ("survived", "unreached"):
            self.survivors.append((name, mutant.line, mutant.number, survivor(name, mutant, found)))

    def table(self):
        yield f"{'layer':8}" + "".join(f"{kind:>12}" for kind in self.KINDS) + f"{'of 100':>10}"
        for layer in LAYERS:
            if layer in self.counts:
                yield self.row("lib/" + layer, self.counts[layer])
        if len(self.counts) > 1:
            yield self.row("all", self.total())

    def total(self):
        return {kind: sum(counts[kind] for counts in self.counts.values()) for kind in self.KINDS}

    def row(self, name, counts):
        return f"{name:8}" + "".join(f"{counts[kind]:>12}" for kind in self.KINDS) + f"{rate(counts):>10.1f}"

    def rates(self):
        return ", ".join(f"{layer} {rate(self.counts[layer]):.1f} % of {seen(self.counts[layer])}"
                         for layer in LAYERS if layer in self.counts)


def seen(counts):
    """Those that count: they compile and change something."""
    return counts["killed"] + counts["survived"] + counts["unreached"]


def rate(counts):
    return 100 * counts["killed"] / seen(counts) if seen(counts) else 100.0


def survivor(name, mutant, found):
    where = f"{name}:{mutant.line}: "
    inside = f" [{mutant.function or mutant.table}]"
    reached = f"tests that reach it: {found['tests']}" if found["outcome"] == "survived" else "no test reaches it"
    return where + change(mutant) + inside + f" ({reached})"


class Progress:
    """Says once in so many seconds how many are done."""

    def __init__(self, what, total, say, every=60):
        self.what, self.total, self.say, self.every = what, total, say, every
        self.lock, self.done, self.said = threading.Lock(), 0, time.monotonic()

    def one_more(self):
        with self.lock:
            self.done += 1
            if time.monotonic() - self.said >= self.every:
                self.said = time.monotonic()
                self.say(f"# {self.done} of {self.total} {self.what}")
