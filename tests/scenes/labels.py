"""Words for what is another in each run: where the world lies, names by chance, processes. The same value has the same
word wherever it stands, given in the order of appearance, so that what belongs together still does."""
import re

LONG_ROW = re.compile(r"([^ ])\1{60,}")
LONG = {32: "run", 16: "id"}
WORDS = re.compile(
    r"(?<![0-9A-Za-z])(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?<=MC_TICKET_TURN:)(?P<turn>\d+:\d+:)(?P<nonce>[0-9a-f]{8})"
    r"|(?<![0-9A-Za-z])(?P<hex>[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(?P<commit>[0-9a-f]{12})(?:[0-9a-f]{28})?(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(?P<part>[0-9a-f]{6,11})(?![0-9A-Za-z])"
    r"|(?P<before>\b(?:worker_|pickup_|pane_)?pid\"?[=: ]+|\bprocess(?:es)?(?:\":| )|/proc/)(?P<pid>[1-9]\d*)"
    r"|(?P<clock>\b(?:\w*_tick|tick|\w*_ns|pid_start|worker_start|pickup_start|elapsed_ms|took_ms|harvest_offset|worked_ms|\w*disk_free_bytes)\"?[=: ])-?\d+"
    r"|(?P<length>Read |demo: )\d+(?= bytes)")


class Labels:
    def __init__(self, places):
        """places: {path: word}"""
        self.places = sorted(places.items(), key=lambda pair: -len(pair[0]))
        self.known = {}
        self.counts = {}
        self.masks = []

    def hide(self, pattern, word):
        """What matches is the machine's, and is not told."""
        self.masks.append((re.compile(pattern), word))

    def name(self, kind, value):
        if (kind, value) not in self.known:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.known[kind, value] = f"<{kind} {self.counts[kind]}>"
        return self.known[kind, value]

    def peek(self, text):
        """With the names that are known already."""
        return re.sub(r"[0-9a-f]{32}", lambda match: self.known.get(("run", match[0]), "?"), text)

    def part(self, word):
        """A short form of what was seen whole, or as it is."""
        for (kind, value), name in self.known.items():
            if kind != "pid" and value.startswith(word):
                return f"{name[:-1]}, {len(word)} of it>" if len(word) < len(value) else name
        return word

    def word(self, match):
        if match["uuid"]:
            return self.name("boot", match["uuid"])
        if match["nonce"]:
            return match["turn"] + self.name("turn", match["nonce"])
        if match["hex"]:
            return self.name(LONG[len(match["hex"])], match["hex"])
        if match["commit"]:
            return match[0] if match[0].isdigit() else self.name("commit", match["commit"])
        if match["part"]:
            return self.part(match["part"])
        if match["pid"]:
            return match["before"] + self.name("pid", match["pid"])
        return (match["clock"] or match["length"]) + "*"  # of lengths: a path of the programs is in it

    def table(self, text):
        """Columns of processes: with two blanks between columns, however wide."""
        return "\n".join(re.sub(" {2,}", "  ", re.sub(r"(?<=  )\d{2,}(?=  )", self.process, line)) for line in text.split("\n"))

    def process(self, match):
        return self.known.get(("pid", match[0]), match[0])

    def __call__(self, text):
        for path, word in self.places:
            text = text.replace(path, word)
        for pattern, word in self.masks:
            text = pattern.sub(word, text)
        return LONG_ROW.sub(lambda match: f"{match[1]}{{{len(match[0])}}}", WORDS.sub(self.word, text))
