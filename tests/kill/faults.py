"""A program under strace: the calls by which it changes something, and its death or a failure at one of them.

Only the program itself is followed: what it starts (tmux, an exchange) lives on as it would."""
import os
import re
import shutil
import subprocess
import tempfile

CALLS = ["write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "openat", "mkdir", "mkdirat",
         "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "chmod",
         "fchmod", "fchmodat", "utimensat", "socket", "connect", "sendto", "sendmsg", "kill", "tgkill",
         "pidfd_send_signal", "fork", "vfork", "clone", "clone3", "pipe2", "setsockopt", "flock", "exit_group"]
# Of these, those that change nothing outside are counted, because strace numbers by name, and not hit.
HARMLESS = {"socket", "setsockopt", "pipe2", "tgkill", "flock"}
LINE = re.compile(r"^(\w+)\((.*)$")


def strace():
    """The program, or None where it is missing or may not trace."""
    program = shutil.which("strace")
    if program and subprocess.run([program, "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0:
        return program
    return None


def changes(name, arguments):
    if name in HARMLESS:
        return False
    return name != "openat" or "O_CREAT" in arguments


def parse(lines):
    """[(call, n)]: the n-th call of that name changes something. In their order."""
    counts, found = {}, []
    for line in lines:
        match = LINE.match(line)
        if not match or match.group(1) not in CALLS:
            continue
        name = match.group(1)
        counts[name] = counts.get(name, 0) + 1
        if changes(name, match.group(2)):
            found.append((name, counts[name]))
    return found


def reference(world, argv, **extra):
    """The calls of an undisturbed run."""
    with tempfile.NamedTemporaryFile("r", prefix="mck-trace.", encoding="utf-8", errors="replace") as out:
        only = ",".join("?" + name for name in CALLS)
        done = world.run([strace(), "-o", out.name, "-e", "trace=" + only, *argv], **extra)
        if done.returncode != 0:
            raise AssertionError(f"{argv}: {done.returncode} {done.stderr.decode()}")
        return parse(out.read().splitlines())


def run_with(world, argv, call, what, **extra):
    """The run in which the call (name, n) brings `what`: signal=KILL or error=ENOSPC."""
    name, n = call
    rule = f"inject={name}:{what}:when={n}"
    return world.run([strace(), "-o", os.devnull, "-e", "trace=" + name, "-e", rule, *argv], **extra)
