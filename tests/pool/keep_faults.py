"""A slot given back, and taken again, by a program that is killed or fails at one system call: then once more. The tree
that is there in the end is the one that was left, to the byte. See keep_driver.c.

    keep_faults.py [COUNT]     COUNT points spread over all of them, or all

MC_POINT=giveback:all:write:3:signal=KILL tries that one only and keeps its place."""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "kill"))
import faults
from random_tree import git, index, refs, status, walk

DRIVER = os.path.join(os.environ.get("MC_BUILD", "build/ci"), "unit", "keep_driver")
CALLS = ["write", "pwrite64", "openat", "mkdir", "mkdirat", "rename", "renameat", "unlink", "unlinkat", "rmdir", "link",
         "symlink", "symlinkat", "fchmod", "chmod", "fsync", "fdatasync", "ftruncate", "clone", "clone3", "fork", "vfork",
         "execve", "close", "read"]
FAULTS = ["signal=KILL", "error=ENOSPC", "error=EIO"]
# Only these are worth a failure (a close that strace lets fail is not made at all, and whoever waits for the other end
# waits for ever); and these are many, and kill nothing that others do not.
FAILING = {"write", "pwrite64", "openat", "mkdir", "mkdirat", "rename", "renameat", "unlink", "unlinkat", "rmdir", "link",
           "symlinkat", "fchmod", "fsync", "ftruncate", "read"}
SEVERAL = {"read": 7, "close": 7}  # only each so many
ERROR_EXITS = {0, 65, 66, 69, 71, 73, 74, 75, 77, 78}
# Of the pipes that gits print into: a listing that is cut off must not be taken for a whole one.
READS = [("giveback", "own", "read", n, "error=EIO") for n in range(26, 80, 6)]
WORK = """
echo changed >>edited; rm deleted; chmod 755 mode; ln -sf /nowhere link; rm type; mkdir type; echo inside >type/inside
rm -r folder; echo 'a file now' >folder; mkdir -p new/deep; echo new >new/deep/file; ln -s ../edited new/link
echo staged >both; git add both; echo more >>both; git mv moved renamed; echo intent >intent; git add -N intent
printf 'crlf\\r\\n' >text; mkdir ignored; echo cache >ignored/cache; echo '*.tmp' >.gitignore; echo x >x.tmp
"""


class Place:
    """A repository with a slot in which somebody has worked; copies of it."""

    def __init__(self, template=None):
        self.folder = tempfile.mkdtemp(prefix="mc-keep.")
        self.repo, self.pool = os.path.join(self.folder, "repo"), os.path.join(self.folder, "pool")
        self.slot, self.state = os.path.join(self.pool, "pool-1"), os.path.join(self.folder, "state")
        if template:
            for name in ("repo", "pool"):
                subprocess.run(["cp", "-a", os.path.join(template.folder, name), self.folder], check=True)
            with open(os.path.join(self.slot, ".git"), "w", encoding="ascii") as file:
                file.write(f"gitdir: {self.repo}/.git/worktrees/pool-1\n")
            with open(os.path.join(self.repo, ".git/worktrees/pool-1/gitdir"), "w", encoding="ascii") as file:
                file.write(f"{self.slot}/.git\n")
        else:
            self.make()

    def make(self):
        git(self.folder, "init", "-q", "-b", "main", "repo")
        self.shell(self.repo, "mkdir folder; for f in edited deleted mode type folder/a folder/b both moved text; do"
                              " echo $f >$f; done; ln -s edited link; echo '*.txt text' >.gitattributes")
        git(self.repo, "add", "-A")
        git(self.repo, "commit", "-q", "-m", "base")
        os.mkdir(self.pool)
        git(self.repo, "worktree", "add", "-q", "--detach", self.slot)
        with open(os.path.join(self.repo, ".git/info/exclude"), "w", encoding="ascii") as file:
            file.write("/ignored/\n")
        self.shell(self.slot, WORK)

    @staticmethod
    def shell(where, script):
        subprocess.run(["bash", "-euc", script], cwd=where, check=True)

    def words(self, verb):
        return [DRIVER, verb, self.repo, self.pool, "pool-1", self.state]

    def run(self, verb, before=()):
        done = subprocess.run([*before, *self.words(verb)], capture_output=True, check=False)
        self.wait_for_strays()
        return done

    def wait_for_strays(self):
        """A git that has outlived us is over."""
        for _ in range(6000):
            if not any(self.is_inside(pid) for pid in os.listdir("/proc") if pid.isdigit()):
                return
            time.sleep(0.02)
        raise AssertionError("a git does not end")

    def is_inside(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/cwd").startswith(self.folder)
        except OSError:
            return False

    def all(self):
        return walk(self.slot), status(self.slot), index(self.slot), refs(self.slot)

    def end(self):
        shutil.rmtree(self.folder)


def counts(place, verb, follow):
    """{call: how often the process, or with its children the one that makes most, makes it}."""
    trace = os.path.join(place.folder, "trace")
    only = ",".join("?" + call for call in CALLS)
    follow_words = ["-ff"] if follow else []
    done = place.run(verb, [faults.strace(), *follow_words, "-o", trace, "-e", "trace=" + only])
    assert done.returncode == 0, f"{verb}: {done.stderr.decode()}"
    found = {}
    for name in os.listdir(place.folder):
        if name.startswith("trace"):
            one = {}
            with open(os.path.join(place.folder, name), encoding="utf-8", errors="replace") as file:
                for line in file:
                    call = line.split("(")[0]
                    if call in CALLS:
                        one[call] = one.get(call, 0) + 1
            os.unlink(file.name)
            for call, n in one.items():
                found[call] = max(found.get(call, 0), n)
    return found


def points(template):
    """(verb, "own" or "all": with each git that it starts, call, n, fault)."""
    found = []
    for who in ("own", "all"):
        place = Place(template)
        for verb in ("giveback", "restore"):
            for call, most in counts(place, verb, who == "all").items():
                for n in range(1, most + 1, SEVERAL.get(call, 1)):
                    found += [(verb, who, call, n, fault) for fault in FAULTS
                              if fault == FAULTS[0] or call in FAILING]
        place.end()
    return found


def check(place, point, before):
    verb, who, call, n, fault = point
    if verb == "restore":
        done = place.run("giveback")
        assert done.returncode == 0, f"give back: {done.stderr.decode()}"
    follow = ["-f"] if who == "all" else []
    done = place.run(verb, [faults.strace(), *follow, "-o", os.devnull, "-e", "trace=" + call, "-e",
                            f"inject={call}:{fault}:when={n}"])
    begun = b"error while loading shared libraries" not in done.stderr
    assert done.returncode in ERROR_EXITS or done.returncode < 0 or fault == FAULTS[0] or not begun, \
        f"ended with {done.returncode}: {done.stderr.decode()}"
    assert b"signal 13" not in done.stderr, f"what git printed was not read to its end: {done.stderr.decode()}"
    for again in (["giveback", "restore"] if verb == "giveback" else ["restore"]):
        done = place.run(again)
        assert done.returncode == 0, f"{again} after it: {done.returncode} {done.stderr.decode()}"
    after = place.all()
    for name, one, other in zip(("tree", "status", "index", "refs"), before, after):
        assert one == other, f"another {name}: {str([x for x in other if x not in one])[:300]}"

    if call.startswith(("unlink", "openat", "rmdir")) and fault != FAULTS[0]:
        return  # the removal itself may be what failed: the next keeping takes that away
    objects = os.path.join(place.repo, ".git", "objects")
    left = [name for name in os.listdir(objects) + os.listdir(os.path.join(objects, "pack"))
            if name.startswith("mc-") or name.endswith(".keep")]
    assert not left, f"left behind: {left}"


def trial(template, before, point):
    place = Place(template)
    try:
        check(place, point, before)
        return None
    except AssertionError as failure:
        return f"{':'.join(map(str, point))}: {failure}"
    finally:
        if os.environ.get("MC_POINT"):
            print(f"kept: {place.folder}", file=sys.stderr)
        else:
            place.end()


def spread(all_points, count):
    return all_points if not count else [all_points[i * len(all_points) // count] for i in range(count)]


def run(count):
    if not faults.strace():
        print("strace is not there, or may not trace: not tried")
        return 0
    template = Place()
    try:
        before = template.all()
        if os.environ.get("MC_POINT"):
            verb, who, call, n, fault = os.environ["MC_POINT"].split(":")
            chosen, total = [(verb, who, call, int(n), fault)], 1
        else:
            every = points(template)
            chosen, total = spread(every, count), len(every)
            chosen += READS[::2] if count else READS
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("MC_JOBS", "2"))) as pool:
            failures = [one for one in pool.map(lambda point: trial(template, before, point), chosen) if one]
    finally:
        template.end()
    for failure in failures:
        print(failure)
    print(f"{len(chosen)} of {total} points tried, {len(failures)} not in order")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
