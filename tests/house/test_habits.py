"""STYLE's habits that a machine can see: names, words, jumps."""
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
import source

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

FILE_NAMES = re.compile(r"(^|[_-])(utils?|common|helpers?|misc)([_.-]|$)")
FUNCTION_NAMES = re.compile(r"^(handle|do)_|_(impl|v2|helper)$")
# Spelled in two halves, so that this file passes its own test.
WORDS = re.compile(r"\b(" + "|".join(["rob" + "ust", "compre" + "hensive", "seam" + "less"]) + r")", re.IGNORECASE)
GOTO = re.compile(r"\bgoto\s+(\w+)\s*;")
LABEL = re.compile(r"^\s*(?!default\b)([A-Za-z_]\w*):(?!:)\s*$", re.MULTILINE)


def tree(*folders):
    for folder in folders:
        for parent, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if not name.endswith(".pyc"):
                    yield os.path.relpath(os.path.join(parent, name), ROOT)


def jumps(text):
    """What is wrong with the labels of each function: more than one, or a way back."""
    for function in source.functions(text):
        name, body = function.name, function.body
        labels = {match.group(1): match.start() for match in LABEL.finditer(body)}
        if len(labels) > 1:
            yield f"{name}: {len(labels)} labels"
        for match in GOTO.finditer(body):
            if labels.get(match.group(1), -1) < match.start():
                yield f"{name}: goto {match.group(1)} does not go forward"


class Habits(unittest.TestCase):
    maxDiff = None

    def test_files_are_named_after_what_they_own(self):
        names = [path for path in tree("lib", "cmd", "tests") if FILE_NAMES.search(os.path.basename(path))]
        self.assertEqual(names, [])

    def test_functions_are_named_after_what_they_do(self):
        names = [f"{path}: {function.name}" for path in source.files(ROOT, "lib", "cmd")
                 for function in source.functions(source.read(ROOT, path)) if FUNCTION_NAMES.search(function.name)]
        self.assertEqual(names, [])

    def test_no_word_of_praise(self):
        found = []
        for path in ["README.md", "CMakeLists.txt", *tree(".ci", "lib", "cmd", "man", "tests")]:
            with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
                found += [f"{path}:{number}" for number, line in enumerate(file, 1) if WORDS.search(line)]
        self.assertEqual(found, [])

    def test_one_label_and_only_forward(self):
        wrong = [f"{path}: {what}" for path in source.files(ROOT, "lib", "cmd")
                 for what in jumps(source.read(ROOT, path))]
        self.assertEqual(wrong, [])

    def test_a_planted_habit_is_found(self):
        two = "static int f(void) {\n    goto a;\nb:\n    return 1;\na:\n    goto b;\n}\n"
        self.assertEqual(list(jumps(two)), ["f: 2 labels", "f: goto b does not go forward"])
        self.assertEqual(list(jumps("int f(int n) {\n    if (n)\n        goto out;\nout:\n    return n;\n}\n")), [])
        self.assertEqual([function.name for function in source.functions("void handle_x(int a) {\n}\nint ok(void) {\n}\n")],
                         ["handle_x", "ok"])
        self.assertTrue(FILE_NAMES.search("string_util.c") and FILE_NAMES.search("common.h"))
        self.assertFalse(FILE_NAMES.search("utility_belt.c"))


if __name__ == "__main__":
    unittest.main()
