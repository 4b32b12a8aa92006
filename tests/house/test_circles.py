"""SPEC section 14: inside a folder no two files include or call each other in a circle; x.c and x.h are one file."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import source

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def uses(root, folder, paths):
    """{file: {file: why}}: what each file of the folder, without its ending, includes and calls there."""
    unit = {path: os.path.splitext(os.path.relpath(path, folder))[0] for path in paths}
    texts = {path: source.read(root, path) for path in paths}
    functions = {path: source.functions(texts[path]) for path in paths}
    # Programs of cmd/ are not linked to each other: only what is linked together is looked up together.
    home = {function.name: unit[path] for path in paths for function in functions[path] if not function.static}
    found = {name: {} for name in unit.values()}
    for path in paths:
        here = found[unit[path]]
        for line, system, name in source.includes(texts[path]):
            beside = os.path.normpath(os.path.join(folder, name) if "/" not in name else os.path.join("lib", name))
            if not system and beside in unit and unit[beside] != unit[path]:
                here.setdefault(unit[beside], f"{path}:{line} includes {name}")
        own = {function.name for function in functions[path] if function.static}
        for function in functions[path]:
            for name in sorted(function.calls - own):
                if home.get(name, unit[path]) != unit[path]:
                    here.setdefault(home[name], f"{path}: {function.name}() calls {name}()")
    return found


def reached(found, start):
    seen, left = set(), [start]
    while left:
        for name in found[left.pop()]:
            if name not in seen:
                seen.add(name)
                left.append(name)
    return seen


def circles(root):
    """(files of one circle, why each step of it) of every folder."""
    folders = {}
    for path in source.files(root, "lib", "cmd"):
        folders.setdefault(os.path.dirname(path), []).append(path)
    for folder, paths in sorted(folders.items()):
        found = uses(root, folder, paths)
        behind = {name: reached(found, name) for name in found}
        for name in sorted(found):
            members = sorted(other for other in behind[name] if name in behind[other])
            if members and members[0] == name:
                steps = [why for one in members for other, why in sorted(found[one].items()) if other in members]
                yield [f"{folder}/{member}" for member in members], steps


class Tree(unittest.TestCase):
    maxDiff = None

    def test_no_circle(self):
        found = ["\n  ".join([" <-> ".join(members), *steps]) for members, steps in circles(ROOT)]
        self.assertEqual(len(found), 0, "\n" + "\n".join(found))


class Planted(unittest.TestCase):
    """The test that cannot fail is none: circles that were put there are found, what only looks like one is not."""

    def found(self, **texts):
        with tempfile.TemporaryDirectory() as root:
            for name, text in texts.items():
                path = os.path.join(root, *name.replace("__", "/").rsplit("_", 1)[0].split("/"))
                path += "." + name.rsplit("_", 1)[1]
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return [members for members, _ in circles(root)]

    def test_by_include(self):
        self.assertEqual(self.found(lib__host__a_h='#include "host/b.h"\n', lib__host__b_c='#include "host/a.h"\n',
                                    lib__host__b_h="\n"), [["lib/host/a", "lib/host/b"]])
        self.assertEqual(self.found(**{"cmd__mc-x__a_c": '#include "b.h"\n', "cmd__mc-x__b_h": '#include "a.h"\n',
                                       "cmd__mc-x__a_h": "\n"}), [["cmd/mc-x/a", "cmd/mc-x/b"]])

    def test_by_call(self):
        self.assertEqual(self.found(lib__run__a_c="int a(void) {\n    return b();\n}\n",
                                    lib__run__b_c="int b(void) {\n    return a();\n}\n"), [["lib/run/a", "lib/run/b"]])

    def test_by_both_over_three(self):
        self.assertEqual(self.found(lib__run__a_c='#include "run/b.h"\n', lib__run__b_h="\n",
                                    lib__run__b_c="static int f(void) {\n    return c(1);\n}\n",
                                    lib__run__c_c='#include "run/a.h"\nint c(int n) {\n    return n;\n}\n',
                                    lib__run__a_h="\n"), [["lib/run/a", "lib/run/b", "lib/run/c"]])

    def test_two_at_once(self):
        self.assertEqual(self.found(lib__run__a_h='#include "run/b.h"\n', lib__run__b_h='#include "run/a.h"\n',
                                    lib__run__c_h='#include "run/d.h"\n', lib__run__d_h='#include "run/c.h"\n'),
                         [["lib/run/a", "lib/run/b"], ["lib/run/c", "lib/run/d"]])

    def test_what_is_none(self):
        # a file and its header; a way down; a static of the same name; a word in a comment or a string
        self.assertEqual(self.found(lib__run__a_c='#include "run/a.h"\n#include "run/b.h"\n'
                                                  "int a(void) {\n    return b();\n}\n",
                                    lib__run__a_h="int a(void);\n",
                                    lib__run__b_c='#include "run/b.h"\nstatic int a(void) {\n    return 1;\n}\n'
                                                  'int b(void) {\n    return a() + f("a()"); /* a() */\n}\n',
                                    lib__run__b_h="int b(void);\n"), [])
        # files of the same name in two folders, and mains of two programs
        self.assertEqual(self.found(lib__run__a_h='#include "host/b.h"\n', lib__host__b_h='#include "base/a.h"\n',
                                    lib__base__a_h="\n", lib__run__b_h='#include "run/a.h"\n'), [])
        self.assertEqual(self.found(**{"cmd__mc-x__main_c": "int f(void) {\n    return g();\n}\n",
                                       "cmd__mc-y__main_c": "int g(void) {\n    return f();\n}\n"}), [])


if __name__ == "__main__":
    unittest.main()
