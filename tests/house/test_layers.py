"""SPEC section 14 and STYLE habit 4 as a test: who may include, spawn, or look at the clock."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import source

ROOT = os.environ.get("MC_SRC") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What a layer may include besides itself. store and host do not know each other, nor do pickup and desk.
BELOW = {
    "base": set(),
    "rules": {"base"},
    "store": {"base", "rules"},
    "host": {"base", "rules"},
    "run": {"base", "rules", "store", "host"},
    "pickup": {"base", "rules", "store", "host", "run"},
    "desk": {"base", "rules", "store", "host", "run"},
    "cmd": {"base", "rules", "store", "host", "run", "pickup", "desk"},
}

HOMES = {"sqlite3.h": "lib/store/db_sqlite.c", "libpq-fe.h": "lib/store/db_postgres.c", "cjson/cJSON.h": "lib/base/json.c",
         "curl/curl.h": "lib/host/curl.c"}

SPAWNING = {
    "fork", "vfork", "_Fork", "posix_spawn", "posix_spawnp", "execl", "execle", "execlp", "execv", "execve", "execvp",
    "execvpe", "execveat", "fexecve", "clone", "clone3", "popen", "system", "daemon", "forkpty",
}
# Who may all the same, and what: a program that becomes another one is not a new process.
MAY_SPAWN = {
    "lib/host/editor.c": {"fork", "execve"},  # lends the terminal to an editor
    "lib/host/spawn.c": {"fork", "execve"},
    "cmd/mc-launch/main.c": {"execve"},  # becomes the agent
    "lib/host/attach.c": {"fork", "execve"},  # lends the terminal to tmux
    "lib/host/pager.c": {"fork", "execve"},  # lends it to the pager
}

# lib/rules decides: these are ways to the world, the clock, chance or the environment.
WORLD = {
    "fopen", "fdopen", "freopen", "fclose", "fread", "fwrite", "fgets", "fgetc", "getc", "getchar", "getline", "fputs",
    "fputc", "putc", "putchar", "puts", "printf", "fprintf", "vprintf", "vfprintf", "dprintf", "scanf", "fscanf",
    "perror", "open", "openat", "creat", "close", "read", "write", "pread", "pwrite", "lseek", "dup", "dup2", "pipe",
    "stat", "fstat", "lstat", "access", "unlink", "remove", "rename", "mkdir", "rmdir", "opendir", "readdir", "mmap",
    "ioctl", "fcntl", "poll", "select", "socket", "connect", "send", "recv", "kill", "wait", "waitpid", "signal",
    "sigaction", "getpid", "getppid", "getuid", "gethostname", "uname", "getenv", "secure_getenv", "setenv", "putenv",
    "unsetenv", "setlocale", "time", "clock", "clock_gettime", "gettimeofday", "localtime", "localtime_r", "mktime",
    "tzset", "sleep", "usleep", "nanosleep", "clock_nanosleep", "alarm", "rand", "srand", "random", "srandom",
    "drand48", "getrandom", "syslog", "exit", "_exit", "_Exit", "clock_now", "clock_monotonic", "clock_sleep",
    "random_number", "random_hex",
}
PURE_HEADERS = {
    "assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "limits.h", "math.h", "regex.h", "signal.h", "stdarg.h",
    "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "strings.h",
}

TOP = {".ci", ".clang-format", ".clang-tidy", ".gitignore", "CMakeLists.txt", "CMakePresets.json", "README.md", "cmd",
       "lib", "man", "tests"}


def layer_of(path):
    parts = path.split(os.sep)
    return "cmd" if parts[0] == "cmd" else parts[1]


def misplaced_includes(root):
    for path in source.files(root, "lib", "cmd"):
        layer = layer_of(path)
        if layer not in BELOW:
            yield f"{path}: lib/{layer} is not one of the layers"
            continue
        for line, system, name in source.includes(source.read(root, path)):
            where = f"{path}:{line}: includes {name}"
            if system:
                if HOMES.get(name, path) != path or (name.startswith("curl/") and path != HOMES["curl/curl.h"]):
                    yield f"{where}, whose one home is {HOMES.get(name, HOMES['curl/curl.h'])}"
                continue
            folder, _, rest = name.partition("/")
            if not rest:
                if layer != "cmd" or not os.path.exists(os.path.join(root, os.path.dirname(path), name)):
                    yield f"{where}, which does not say its layer"
            elif folder not in BELOW or "/" in rest or folder not in BELOW[layer] | {layer}:
                yield f"{where}, which is not below it"


def misplaced_spawns(root):
    for path in source.files(root, "lib", "cmd"):
        allowed = MAY_SPAWN.get(path, set())
        for line, name in source.calls(source.read(root, path)):
            if name in SPAWNING and name not in allowed:
                yield f"{path}:{line}: {name}() starts a process; lib/host/spawn.c does that"


def impure_rules(root):
    for path in source.files(root, "lib/rules"):
        text = source.read(root, path)
        for line, name in source.calls(text):
            if name in WORLD:
                yield f"{path}:{line}: {name}() reaches the world; lib/rules only decides"
        for line, system, name in source.includes(text):
            if system and name not in PURE_HEADERS:
                yield f"{path}:{line}: includes <{name}>, which a decision has no need of"


def top_names(root):
    """What git would hold; in a tree without git, what lies there."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listed.returncode == 0 and listed.stdout:
        return {name.split("/")[0] for name in listed.stdout.decode().split("\0") if name}
    return set(os.listdir(root)) - {".git", "build"}


class Tree(unittest.TestCase):
    maxDiff = None

    def test_there_is_something_to_look_at(self):
        seen = {layer_of(path) for path in source.files(ROOT, "lib", "cmd")}
        self.assertEqual(seen, set(BELOW))

    def test_includes_point_down(self):
        self.assertEqual(list(misplaced_includes(ROOT)), [])

    def test_each_library_is_at_home(self):
        for header, home in HOMES.items():
            names = [name for _, _, name in source.includes(source.read(ROOT, home))]
            self.assertIn(header, names, f"{home} is no longer the home of {header}: mend the table")

    def test_one_file_starts_processes(self):
        self.assertEqual(list(misplaced_spawns(ROOT)), [])

    def test_nobody_may_spawn_without_need(self):
        for path, names in MAY_SPAWN.items():
            used = {name for _, name in source.calls(source.read(ROOT, path))}
            self.assertEqual(names - used, set(), f"{path} no longer calls them: mend the table")

    def test_rules_are_pure(self):
        self.assertEqual(list(impure_rules(ROOT)), [])

    def test_the_top_of_the_tree_is_tidy(self):
        self.assertEqual(sorted(top_names(ROOT) - TOP), [])


class Planted(unittest.TestCase):
    """The test that cannot fail is none: each rule finds what was put there for it."""

    def plant(self, path, text, check):
        with tempfile.TemporaryDirectory() as root:
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target))
            with open(target, "w", encoding="utf-8") as file:
                file.write(text)
            return list(check(root))

    def found(self, path, text, check):
        complaints = self.plant(path, text, check)
        self.assertEqual(len(complaints), 1, f"{path}: {text!r}: {complaints}")
        self.assertIn(path, complaints[0])

    def passed(self, path, text, check):
        self.assertEqual(self.plant(path, text, check), [])

    def test_an_upward_include(self):
        self.found("lib/rules/x.c", '#include "store/claim.h"\n', misplaced_includes)
        self.found("lib/base/x.h", '  #  include "rules/key.h"\n', misplaced_includes)
        self.found("lib/host/x.c", '/* a */ #include "base/err.h"\n#include "run/end.h"\n', misplaced_includes)

    def test_a_sideways_include(self):
        self.found("lib/store/x.c", '#include "host/tmux.h"\n', misplaced_includes)
        self.found("lib/host/x.c", '#include "store/board.h"\n', misplaced_includes)
        self.found("lib/pickup/x.c", '#include "desk/desk.h"\n', misplaced_includes)
        self.found("lib/desk/x.c", '#include "pickup/report.h"\n', misplaced_includes)
        self.found("lib/run/x.c", '#include "pickup/pickup.h"\n', misplaced_includes)
        self.found("cmd/mc-ticket/x.c", '#include "../mc-pickup/x.h"\n', misplaced_includes)

    def test_an_include_without_its_layer(self):
        self.found("lib/rules/x.c", '#include "key.h"\n', misplaced_includes)
        self.found("cmd/mc-ticket/x.c", '#include "not_there.h"\n', misplaced_includes)

    def test_an_unknown_layer(self):
        self.found("lib/util/x.c", "\n", misplaced_includes)

    def test_a_second_home(self):
        self.found("lib/store/claim.c", "#include <sqlite3.h>\n", misplaced_includes)
        self.found("lib/rules/answer.c", "#include <cjson/cJSON.h>\n", misplaced_includes)
        self.found("cmd/mc-http/main.c", "#include <curl/curl.h>\n", misplaced_includes)
        self.found("lib/host/http.c", "#include <curl/easy.h>\n", misplaced_includes)

    def test_a_spawn_elsewhere(self):
        self.found("lib/pickup/x.c", "int f(void) {\n    return fork();\n}\n", misplaced_spawns)
        self.found("lib/host/tmux.c", "void f(void) {\n    execve (a, b, c);\n}\n", misplaced_spawns)
        self.found("cmd/mc-launch/main.c", "int f(void) {\n    return vfork();\n}\n", misplaced_spawns)

    def test_a_rule_that_looks_at_the_world(self):
        self.found("lib/rules/x.c", "long f(void) {\n    return clock_now();\n}\n", impure_rules)
        self.found("lib/rules/x.c", "#include <unistd.h>\n", impure_rules)

    def test_what_is_allowed_passes(self):
        self.passed("lib/pickup/x.c", '#include "base/err.h"\n#include "store/claim.h"\n#include <stdio.h>\n'
                                      '// #include "cmd/x.h"\n/* \n#include <sqlite3.h>\n*/\n', misplaced_includes)
        self.passed("lib/store/db_sqlite.c", "#include <sqlite3.h>\n", misplaced_includes)
        self.passed("lib/pickup/x.c", 'const char *s = "fork()"; /* system() */ // popen()\n', misplaced_spawns)
        self.passed("cmd/mc-launch/main.c", "void f(void) {\n    execve(a, b, c);\n}\n", misplaced_spawns)
        self.passed("lib/rules/x.c", 'char c = \'"\'; const char *s = "time()"; // clock_now()\n', impure_rules)


if __name__ == "__main__":
    unittest.main()
