"""STYLE's measures: functions of a page with few parameters, files of a few pages. A file of tables may be longer when
it says so here."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import source

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FUNCTION_MAX = 80
FILE_MAX = 400
PARAMETERS_MAX = 4
MEDIAN_MAX = 20
NINETIETH_MAX = 50

TABLES = {"lib/store/sql_sqlite.c", "lib/store/sql_postgres.c"}  # paths of files that are one table


def universal_ctags():
    for name in ("ctags-universal", "ctags"):
        program = shutil.which(name)
        if program is None:
            continue
        version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if b"Universal Ctags" in version.stdout:
            return program
    return None


def functions(program):
    """(lines, path, line, name) of every function."""
    paths = sorted(source.files(ROOT, "lib", "cmd"))
    listed = subprocess.run([program, "--languages=C", "--map-C=+.h", "--kinds-C=f", "--fields=+ne", "-f", "-",
                             "--output-format=json", *paths], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    for line in listed.stdout.decode().splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag" and "end" in tag:
            yield tag["end"] - tag["line"] + 1, tag["path"], tag["line"], tag["name"]


def crowded(path, text):
    """Functions of more parameters than a reader holds in his head; struct err * is one, "..." is none."""
    for function in source.functions(text):
        if function.parameters > PARAMETERS_MAX:
            yield f"{path}:{function.line}: {function.name} takes {function.parameters}"


class Size(unittest.TestCase):
    maxDiff = None

    def test_files_are_a_few_pages(self):
        lengths = {path: source.read(ROOT, path).count("\n") for path in source.files(ROOT, "lib", "cmd")}
        self.assertTrue(lengths)
        self.assertEqual({path: n for path, n in lengths.items() if n > FILE_MAX and path not in TABLES}, {})

    def test_few_parameters(self):
        paths = list(source.files(ROOT, "lib", "cmd"))
        self.assertGreater(sum(len(source.functions(source.read(ROOT, path))) for path in paths), 100)
        self.assertEqual([found for path in paths for found in crowded(path, source.read(ROOT, path))], [])

    def test_parameters_are_counted(self):
        head = "static bool f(struct board *board, int64_t id,\n              const char *a, "
        self.assertEqual(list(crowded("x.c", head + "char **out, struct err *err) {\n}\n")), ["x.c:1: f takes 5"])
        self.assertEqual(list(crowded("x.c", head + "struct err *err) {\n}\n")), [])
        self.assertEqual(list(crowded("x.c", head + "const char *format, ...) {\n}\n")), [])
        marked = "static __attribute__((format(printf, 5, 6))) " + head + "int n, const char *format, ...) {\n}\n"
        self.assertEqual(list(crowded("x.c", marked)), ["x.c:1: f takes 5"])
        self.assertEqual(list(crowded("x.c", "void f(void) {\n}\nint g(int (*compare)(int, int, int), int a, int b,"
                                             " int c) {\n    return h(1, 2, 3, 4, 5);\n}\n")), [])

    def test_functions_are_a_page(self):
        program = universal_ctags()
        if program is None:
            self.skipTest("universal-ctags is not installed")
        found = sorted(functions(program))
        self.assertGreater(len(found), 100)
        self.assertEqual([f"{path}:{line}: {name} has {n} lines" for n, path, line, name in found if n > FUNCTION_MAX], [])
        lengths = [row[0] for row in found]
        self.assertLessEqual(statistics.median(lengths), MEDIAN_MAX)
        self.assertLessEqual(lengths[len(lengths) * 9 // 10], NINETIETH_MAX)


if __name__ == "__main__":
    unittest.main(verbosity=2)
