"""C sources as the house tests see them: without comments and strings, line by line."""
import os
import re

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
DEFINED = re.compile(r"^(?P<type>[A-Za-z_][^;{}()=]*?)\b(?P<name>[A-Za-z_]\w*)\((?P<parameters>[^;{}]*)\)\s*\{",
                     re.MULTILINE)
ATTRIBUTE = re.compile(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)")
CALL = re.compile(r"(?<![.>\w])([A-Za-z_]\w*)\s*\(")


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m.group()) if m.group("comment") else m.group(), text)


def without_comments_and_strings(text):
    return TOKEN.sub(lambda m: blank(m.group()) if m.group("comment") else '""', text)


def files(root, *folders):
    """Every .c and .h under the folders, as paths from the root."""
    for folder in folders:
        for parent, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(parent, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def includes(text):
    """(line, system, name) of each include."""
    plain = without_comments(text)
    for match in INCLUDE.finditer(plain):
        yield plain.count("\n", 0, match.start()) + 1, match.group(1) == "<", match.group(2)


def calls(text):
    """(line, name) of whatever looks like a call or a declaration of a function."""
    plain = without_comments_and_strings(text)
    for match in CALL.finditer(plain):
        yield plain.count("\n", 0, match.start()) + 1, match.group(1)


class Function:
    def __init__(self, match, plain):
        self.name = match.group("name")
        self.line = plain.count("\n", 0, match.start()) + 1
        self.static = "static" in match.group("type").split()
        self.parameters = parameters(match.group("parameters"))
        self.body = plain[match.end():plain.find("\n}", match.end())]
        self.calls = {call.group(1) for call in CALL.finditer(self.body)}


def functions(text):
    """Every function that is defined there, in the layout that .clang-format gives."""
    plain = ATTRIBUTE.sub(lambda m: blank(m.group()), without_comments_and_strings(text))
    return [Function(match, plain) for match in DEFINED.finditer(plain)]


def parameters(listed):
    """How many; "..." is none, and the parameters of a function that is one are not counted."""
    names, depth = [""], 0
    for c in listed:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            names.append("")
        else:
            names[-1] += c
    return len([name for name in names if name.strip() not in ("", "void", "...")])
