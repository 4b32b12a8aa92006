"""A build of the project with the mutants woven in: a copy of the tree under BUILD/src, built in BUILD/out."""
import hashlib
import json
import os
import pickle
import re
import shlex
import shutil
import subprocess
import sys

import places
import weave

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = 8192  # mutants of one file
FILES = 512
ROWS = ROOM * FILES  # where the marks of SQL statements begin in the map of what was seen
SEEN = ROWS + ROOM
FLAGS = "-O1 -g0 -w -DNDEBUG"
# Where an SQL statement is looked up by its number: each leaves its mark.
LOOKUP = ("lib/store/db_sqlite.c", "sqlite3_prepare_v3(board->handle, sql_sqlite[sql],",
          "sqlite3_prepare_v3(board->handle, sql_sqlite[mc_mutant_row(sql)],")
WORKED_ON = re.compile(r"^lib/[a-z]+/[a-z0-9_]+\.c$")
# What only a board on a server runs: its tests need that server.
SERVERS = re.compile(r"postgres|/store/(sql_wire|board_server|board_role|hosts|facts)\.c$")


def run(argv, **more):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, **more).stdout.decode()


class Build:
    """The woven tree. `weavers` are those of the files asked for."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.source, self.out = os.path.join(folder, "src"), os.path.join(folder, "out")
        self.chosen = os.path.join(folder, "chosen")
        self.weavers = {}
        self.listed = self.names()

    def names(self):
        listed = run(["git", "-C", self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]).split("\0")
        return [name for name in listed if name and os.path.isfile(os.path.join(self.root, name))]

    def files(self):
        return [name for name in self.listed if WORKED_ON.match(name) and not SERVERS.search(name)]

    def copy(self, keep):
        """The tree as it is, but for the woven files to keep."""
        for name in self.listed:
            if name in keep:
                continue
            if name == LOOKUP[0]:
                write(os.path.join(self.source, name), marking(read(os.path.join(self.root, name))))
                continue
            put(os.path.join(self.root, name), os.path.join(self.source, name))
        write(os.path.join(self.source, "lib/base/mc_mutant.c"),
              f'#define MC_MUTANT_FOLDER "{self.chosen}"\n#define MC_MUTANT_ROWS {ROWS}\n' +
              read(os.path.join(HERE, "chosen.c")))
        wanted = {*self.listed, "lib/base/mc_mutant.c"}
        for parent, _, files in os.walk(self.source):
            for name in files:
                path = os.path.join(parent, name)
                if os.path.relpath(path, self.source) not in wanted:
                    os.remove(path)

    def configure(self):
        if not os.path.exists(os.path.join(self.out, "build.ninja")):
            launcher = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
            linker = " -fuse-ld=lld" if shutil.which("ld.lld") else ""
            # Debug: where calls are fortified, those with an argument that may be another one are called otherwise.
            run(["cmake", "-S", self.source, "-B", self.out, "-G", "Ninja", "-DBUILD_TESTING=ON",
                 "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=", f"-DCMAKE_C_FLAGS={FLAGS}",
                 f"-DCMAKE_EXE_LINKER_FLAGS={linker}", *launcher])
        os.makedirs(self.chosen, exist_ok=True)

    def compilers(self):
        """{path in the tree: the compiler and its options for it}"""
        with open(os.path.join(self.out, "compile_commands.json"), encoding="utf-8") as file:
            commands = json.load(file)
        found = {}
        for one in commands:
            argv = shlex.split(one["command"])
            argv = argv[1:] if argv[0].endswith("ccache") else argv
            del argv[argv.index("-o"):]
            found[os.path.relpath(one["file"], self.source)] = argv
        return found

    def slots(self, files):
        """Each file keeps its numbers from run to run."""
        path = os.path.join(self.folder, "slots.json")
        known = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                known = json.load(file)
        for name in files:
            known.setdefault(name, len(known) + 1)
        write(path, json.dumps(known))
        return known

    def weave(self, files):
        """Weaves the files: what there is to change is known then."""
        self.copy(set(self.woven_already()) | set(files))
        for name in files:
            if not os.path.exists(os.path.join(self.source, name)):
                put(os.path.join(self.root, name), os.path.join(self.source, name))
        self.configure()
        if not set(files) <= set(self.compilers()):
            run(["cmake", self.out])  # a file is new
        compilers, slots = self.compilers(), self.slots(files)
        for name in files:
            self.weavers[name] = self.one(name, compilers[name], slots[name] * ROOM)
        self.remember()

    def build(self):
        subprocess.run(["cmake", "--build", self.out], check=True, stdout=subprocess.DEVNULL)
        # What each server begins with: in the fence nothing is written beside the build.
        server = os.path.join(self.source, "tests", "hosts", "server.py")
        if os.path.exists(server):
            subprocess.run([sys.executable, server, "run", "--", "true"], check=False, stdout=subprocess.DEVNULL,
                           env={**os.environ, "MC_BUILD": self.out})

    def woven_already(self):
        """Files woven by an earlier run from the text that they have now: they can stay so."""
        path = os.path.join(self.folder, "woven.json")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            known = json.load(file)
        return [name for name, text in known.items() if os.path.exists(os.path.join(self.root, name)) and
                text == read(os.path.join(self.root, name))]

    def remember(self):
        path = os.path.join(self.folder, "woven.json")
        known = {name: read(os.path.join(self.root, name)) for name in [*self.woven_already(), *self.weavers]}
        write(path, json.dumps(known))

    def states(self):
        """{file: [its first number, hash of its woven text]}: what numbers mean and where marks are left."""
        slots = self.slots([])
        return {name: [slots[name] * ROOM, hashlib.sha1(read(os.path.join(self.source, name)).encode("latin-1")).hexdigest()[:12]]
                for name in sorted({*self.woven_already(), *self.weavers})}

    def one(self, name, compiler, first):
        """The woven file; from an earlier run where nothing that it is made of has changed."""
        kept = os.path.join(self.folder, "kept", f"{first}.pickle")
        key = self.made_of(name, compiler, first)
        if os.path.exists(kept):
            with open(kept, "rb") as file:
                known, woven, text = pickle.load(file)
            if known == key:
                write(os.path.join(self.source, name), text)
                return woven
        woven, text = self.anew(name, compiler, first)
        write(os.path.join(self.source, name), text)
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with open(kept, "wb") as file:
            pickle.dump((key, woven, text), file)
        return woven

    def made_of(self, name, compiler, first):
        own = [read(os.path.join(HERE, own)) for own in ("places.py", "weave.py", "tables.py", "sql.py", "report.py")]
        headers = [read(os.path.join(self.root, other)) for other in self.listed if re.match(r"lib/.*\.h$", other)]
        text = "\0".join([read(os.path.join(self.root, name)), *compiler, str(first), *own, *headers])
        return hashlib.sha1(text.encode("latin-1")).hexdigest()

    def anew(self, name, compiler, first):
        options = [word for word in compiler[1:] if word.startswith(("-D", "-I", "-std"))]
        options += [x for k, word in enumerate(compiler) if word in ("-include", "-isystem") for x in (word, compiler[k + 1])]
        options = [word.replace(self.source + "/", self.root + "/") for word in options]
        original, trial = os.path.join(self.root, name), os.path.join(self.folder, "trial.c")
        weaver = weave.Weaver(original, places.parse(original, options), first, [compiler[0], *options])
        weave.settle(weaver, compiler, trial)
        if len(weaver.mutants) >= ROOM:
            raise SystemExit(f"tests/mutate: {name} has more than {ROOM} mutants")
        text = read(trial)
        return weave.Woven(weaver, name), marking(text) if name == LOOKUP[0] else text


def marking(text):
    """The text of LOOKUP with its mark."""
    return "int mc_mutant_row(int);\n" + text.replace(LOOKUP[1], LOOKUP[2])


def read(path):
    with open(path, encoding="latin-1", newline="") as file:
        return file.read()


def write(path, text):
    """Only what changed, so that nothing is built anew for nothing; whether it did."""
    if os.path.exists(path) and read(path) == text:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="latin-1", newline="") as file:
        file.write(text)
    return True


def put(source, target):
    if write(target, read(source)):
        shutil.copymode(source, target)
