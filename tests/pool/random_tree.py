"""Random working trees of a small repository, and what must be the same before and after."""
import os
import random
import stat
import subprocess

ODD = [b"plain", b"with blank", b"tab\there", b"new\nline", b'quo"te', b"back\\slash", b"caf\xc3\xa9", b"bad\xff\xfebytes",
       b"-f", b"--all", b":(top)x", b"git~1", b".gitx", b"*.glob", b"a'b", b"# hash", b"..dots", b"x" * 200]
IGNORE = b"*.o\n/build/\nlogs\n"
ATTRIBUTES = [b"* text=auto\n", b"*.txt text eol=crlf\n", b"*.id ident\n", b"*.u16 text working-tree-encoding=UTF-16\n",
              b"*.txt -text\n", b"*.bin binary\n", b"*.x filter=missing\n"]
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "advice.detachedHead=false", "-c", "core.safecrlf=false",
       "-c", "core.protectNTFS=false"]


def git(tree, *words, data=None, check=True):
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", "GIT_LITERAL_PATHSPECS": "1"}
    done = subprocess.run([*GIT, *words], cwd=tree, input=data, capture_output=True, env=environment, check=False)
    if check and done.returncode:
        raise AssertionError(f"git {words}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def walk(tree):
    """{path: what is there} of everything but folders and git's own."""
    found = {}
    for folder, names, files in os.walk(os.fsencode(tree)):
        for name in names + files:
            path = os.path.join(folder, name)
            one = os.lstat(path)
            key = os.path.relpath(path, os.fsencode(tree))
            if key == b".git" or stat.S_ISDIR(one.st_mode):
                continue
            if stat.S_ISLNK(one.st_mode):
                found[key] = ("link", os.readlink(path))
            elif stat.S_ISREG(one.st_mode):
                with open(path, "rb") as file:
                    found[key] = ("file", bool(one.st_mode & 0o100), file.read())
            else:
                found[key] = ("other", stat.S_IFMT(one.st_mode))
    return found


def status(tree):
    """Of every file: git looks into one only where its times are new, not where an attribute has changed."""
    for name in walk(tree):
        os.utime(os.path.join(os.fsencode(tree), name), follow_symlinks=False)
    return sorted(git(tree, "status", "--porcelain=v2", "-z", "-uall", "--no-renames").split(b"\0"))


def index(tree):
    return git(tree, "ls-files", "-s", "-z")


def refs(tree):
    listed = git(tree, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return [line for line in listed if not line.startswith(b"refs/mc/")], git(tree, "stash", "list"), \
        git(tree, "rev-parse", "HEAD")


class Tree:
    """One repository with one slot, and somebody who works in it at random."""

    def __init__(self, place, seed):
        self.chance = random.Random(seed)
        self.repo, self.pool = os.path.join(place, "repo"), os.path.join(place, "pool")
        self.slot = os.path.join(self.pool, "pool-1")
        os.makedirs(self.repo)
        os.mkdir(self.pool)
        git(self.repo, "init", "-q", "-b", "main")
        self.root = os.fsencode(self.repo)
        for _ in range(self.chance.randrange(2, 14)):
            self.write(self.new_path())
        if self.chance.random() < 0.6:
            self.put(b".gitignore", IGNORE)
        if self.chance.random() < 0.4:
            self.put(b".gitattributes", b"".join(self.chance.sample(ATTRIBUTES, 3)))
        git(self.repo, "add", "-A", "-f")
        git(self.repo, "commit", "-q", "-m", "base", "--allow-empty")
        git(self.repo, "worktree", "add", "-q", "--detach", self.slot)
        if self.chance.random() < 0.2:
            self.put(b"stashed", b"x")
            git(self.repo, "add", "stashed")
            git(self.repo, "stash", "-q")
        self.root = os.fsencode(self.slot)

    def path(self, name):
        return os.path.join(self.root, name)

    def new_path(self):
        parts = [self.chance.choice([b"a", b"b", b"src", b"logs", b"build"]) for _ in range(self.chance.randrange(3))]
        name = self.chance.choice(ODD) if self.chance.random() < 0.4 else b"f%d" % self.chance.randrange(12)
        return b"/".join(parts + [name + self.chance.choice([b"", b"", b".txt", b".o", b".id", b".u16", b".bin"])])

    def content(self, name):
        size = self.chance.choice([0, 1, 10, 100, 5000, 200000])
        lines = [b"line %d" % self.chance.randrange(1000) for _ in range(size // 10 + (size == 1))]
        if name.endswith(b".u16"):
            return b"\n".join(lines).decode().encode("utf-16")
        if name.endswith(b".bin"):
            return self.chance.randbytes(size)
        if name.endswith(b".id"):
            lines.append(self.chance.choice([b"$Id$", b"$Id: something $"]))
        return self.chance.choice([b"\n", b"\n", b"\r\n"]).join(lines) + self.chance.choice([b"", b"\n", b"\r\n"])

    def put(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def make_room(self, name):
        """False where a file stands where a folder should, or the other way round."""
        if os.path.isdir(self.path(name)) and not os.path.islink(self.path(name)):
            return False
        try:
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        except OSError:
            return False
        where = os.path.realpath(os.path.dirname(self.path(name)))
        return where == os.path.dirname(self.path(name)) and name != b".git"

    def write(self, name):
        if not self.make_room(name):
            return
        if os.path.lexists(self.path(name)) and not os.path.isfile(self.path(name)):
            os.unlink(self.path(name))
        if self.chance.random() < 0.12:
            if os.path.lexists(self.path(name)):
                os.unlink(self.path(name))
            os.symlink(self.chance.choice([b"f1", b"/etc/passwd", b"nowhere", b"..", b"a", b"new\nline"]), self.path(name))
            return
        if os.path.islink(self.path(name)):
            os.unlink(self.path(name))
        self.put(name, self.content(name))
        if self.chance.random() < 0.2:
            os.chmod(self.path(name), 0o755)

    def some(self):
        return [name for name in walk(self.slot) if b".git" not in name.split(b"/")]

    def remove(self, name):
        if os.path.lexists(self.path(name)):
            os.unlink(self.path(name))

    def into_folder(self, name):
        self.remove(name)
        os.makedirs(self.path(name), exist_ok=True)
        if self.chance.random() < 0.8:
            self.write(name + b"/inside")

    def into_file(self, name):
        folder = os.path.dirname(name)
        if folder and not os.path.islink(self.path(folder)):
            subprocess.run([b"rm", b"-rf", b"--", self.path(folder)], check=True)
            self.write(folder)

    def rename(self, name):
        new = self.new_path()
        if self.make_room(new) and os.path.lexists(self.path(name)):
            os.rename(self.path(name), self.path(new))

    def step(self):
        names, dice = self.some(), self.chance.random()
        name = self.chance.choice(names) if names else b"f1"
        if dice < 0.25:
            self.write(self.new_path())
        elif dice < 0.45:
            self.write(name)
        elif dice < 0.55:
            self.remove(name)
        elif dice < 0.63:
            self.rename(name)
        elif dice < 0.69 and os.path.isfile(self.path(name)) and not os.path.islink(self.path(name)):
            os.chmod(self.path(name), self.chance.choice([0o644, 0o755, 0o600]))
        elif dice < 0.73:
            self.into_folder(name)
        elif dice < 0.76:
            self.into_file(name)
        elif dice < 0.88:
            git(self.slot, "add", "-A", *self.chance.choice([[], ["--", os.fsdecode(name)]]), check=False)
        elif dice < 0.91:
            git(self.slot, "rm", "-q", "--cached", "--", os.fsdecode(name), check=False)
        elif dice < 0.94:
            self.put_special(b".gitignore", self.chance.choice([IGNORE, b"*\n", b"f*\n!f1\n", b"", b"!*.o\n"]))
        elif dice < 0.96:
            self.put_special(b".gitattributes", b"".join(self.chance.sample(ATTRIBUTES, 2)))
        elif dice < 0.97 and not os.path.lexists(self.path(b"pipe")):
            os.mkfifo(self.path(b"pipe"))

    def put_special(self, name, data):
        if not os.path.isdir(self.path(name)) and not os.path.islink(self.path(name)):
            self.put(name, data)

    def mark(self):
        """Some of what is not tracked as to be added."""
        for line in status(self.slot):
            if line.startswith(b"? ") and self.chance.random() < 0.15:
                git(self.slot, "add", "-N", "-f", "--", os.fsdecode(line[2:]), check=False)

    def work(self):
        for _ in range(self.chance.randrange(1, 25)):
            self.step()
        self.mark()
