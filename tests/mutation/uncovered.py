"""uncovered.txt: lines and branches that no test reaches, by their text, each with the reason.

    lib/store/board.c:board_open: if (handle == NULL)
        why nothing reaches it

names every line of that function with that text. usage: Names(root).named(path, function, text)
"""
import os
import re

ENTRY = re.compile(r"(?P<path>[\w/.-]+):(?P<function>\w+): (?P<text>.*\S)\s*$")


class Names:
    def __init__(self, root):
        self.root = root
        self.sources = {}
        with open(os.path.join(root, "tests/mutation/uncovered.txt"), encoding="utf-8") as file:
            self.entries = dict(entries(file))

    def lines(self, path):
        if path not in self.sources:
            with open(os.path.join(self.root, path), encoding="utf-8") as file:
                self.sources[path] = file.read().splitlines()
        return self.sources[path]

    def text(self, path, number):
        return self.lines(path)[number - 1].strip()

    def in_function(self, path, function, text):
        """Whether the text is a line of the function's, in the layout that .clang-format gives."""
        inside = False
        for line in self.lines(path) if os.path.exists(os.path.join(self.root, path)) else []:
            if line and not line[0].isspace() and re.search(rf"\b{function}\(", line):
                inside = True
            if inside and line.strip() == text:
                return True
            inside = inside and line != "}"
        return False

    def named(self, path, function, text):
        return (path, function, text) in self.entries


def entries(file):
    """((path, function, text), reason) of each; a line that is neither is an error."""
    key = None
    for number, line in enumerate(file, 1):
        match = ENTRY.match(line)
        if match:
            key = match.group("path", "function", "text")
        elif line.startswith("    ") and line.strip() and key:
            yield key, line.strip()
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"uncovered.txt:{number}: {line.strip()}")
