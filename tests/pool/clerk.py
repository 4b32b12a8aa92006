"""Questions about a repository and its pool: what is in it, whether rows and worktrees agree, where agents are.

    clerk.py inventory REPO [FOLDER …]     every version of every file that can be had from it, a line each
    clerk.py digest FOLDER                 a checkout's files, index, HEAD, stashes and all refs, in a few lines
    clerk.py snapshot FOLDER               what an agent finds there: its files, and what git says of them
    clerk.py agree BOARD REPO POOL         rows of the default pool and `git worktree list` say the same
    clerk.py apart BOARD POOL              every agent is in its own run's slot, and alone there

The last two print what is wrong and end with 1. A module too."""
import os
import stat
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hosts"))
import board as boards

try:
    from _sha1 import sha1  # without the library that hashlib brings along, which takes longer than all else here
except ImportError:
    from hashlib import sha1

GIT = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"]


def git(folder, *words, may_fail=False, data=None):
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
                   "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    done = subprocess.run([*GIT, "-C", folder, *words], env=environment, input=data, capture_output=True, check=False)
    if done.returncode and not may_fail:
        raise AssertionError(f"git {words} in {folder}: {done.returncode} {done.stderr.decode(errors='replace')}")
    return done.stdout


def blob(data):
    return sha1(b"blob %d\0" % len(data) + data).hexdigest().encode()


def files_of(folder):
    """{path: (mode, blob)} of what stands in a folder, git's own place left out; bytes throughout."""
    found, folder = {}, os.fsencode(folder)
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        if place == folder:
            folders[:] = [name for name in folders if name != b".git"]
            names = [name for name in names if name != b".git"]
        for name in names + links:
            path = os.path.join(place, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                found[os.path.relpath(path, folder)] = (b"120000", blob(os.readlink(path)))
            elif stat.S_ISREG(mode):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = (b"100755" if mode & 0o100 else b"100644", blob(file.read()))
    return found


def worktrees(repo, half_made=False):
    """[{worktree: path, HEAD: …, branch: …}] as git lists them; the main one first. half_made: where a git that made one
    was killed before it had written all that git needs to list any, the main one alone."""
    found = []
    listed = git(repo, "worktree", "list", "--porcelain", "-z", may_fail=half_made)
    if not listed:
        return [{"worktree": repo}]
    for block in listed.split(b"\0\0"):
        lines = [line.partition(b" ") for line in block.split(b"\0") if line]
        if lines:
            found.append({key.decode(): value.decode() for key, _, value in lines})
    return found


def commits(repo):
    """Every commit that a ref, a HEAD or a stash holds. A worktree whose making was cut short has a HEAD of zeros, at
    which git would fail: the others' are named."""
    heads = [one["HEAD"] for one in worktrees(repo, True) if one.get("HEAD", "0" * 40).strip("0")]
    stashes = git(repo, "rev-list", "-g", "refs/stash", may_fail=True).decode().split()
    return git(repo, "rev-list", "--single-worktree", "--all", *heads, *stashes).decode().split()


def committed(repo):
    """As inventory: what each commit has that a parent of its has not, and of the first ones all."""
    found = set()
    words = ("diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--raw", "--no-renames", "--no-commit-id")
    parts = iter(git(repo, *words, data="".join(one + "\n" for one in commits(repo)).encode()).split(b"\0"))
    for head in parts:
        if head.startswith(b":"):
            _, mode, _, name, _ = head.split()
            path = next(parts)
            if mode != b"000000":
                found.add((path, mode, name))
    return found


def folders(pool):
    """Of its slots."""
    return [one.path for one in os.scandir(pool) if one.is_dir(follow_symlinks=False)] if os.path.isdir(pool) else []


def inventory(repo, slots=()):
    """{(path, mode, blob)}: every version of every file in commits, in indexes and in the worktrees, also in further
    slots of a pool that git no longer lists."""
    found = committed(repo)
    places = {one["worktree"] for one in worktrees(repo, True) if "bare" not in one} | set(map(str, slots))
    for place in filter(os.path.isdir, places):
        for entry in git(place, "ls-files", "-s", "-z", may_fail=True).split(b"\0"):
            if entry:
                head, _, path = entry.partition(b"\t")
                mode, name, _ = head.split()
                if name != blob(b""):  # what `add -N` notes
                    found.add((path, mode, name))
        found |= {(path, *version) for path, version in files_of(place).items()}
    return found


def digest(folder):
    """Of a checkout: what a program that leaves it alone leaves alike."""
    top = git(folder, "rev-parse", "--absolute-git-dir").decode().strip()
    lines = [f"{path!r} {mode.decode()} {name.decode()}" for path, (mode, name) in sorted(files_of(folder).items())]
    for path in ("HEAD", "index", "config"):
        if os.path.exists(os.path.join(top, path)):
            with open(os.path.join(top, path), "rb") as file:
                lines.append(f"{path} {blob(file.read()).decode()}")
    lines += git(folder, "rev-list", "-g", "refs/stash", may_fail=True).decode().splitlines()
    return lines


def snapshot(folder):
    """All that is in a worktree. That a file is to be added which is gone says nothing of any file, and is not kept."""
    lines = [f"{path!r} {mode.decode()} {name.decode()}" for path, (mode, name) in sorted(files_of(folder).items())]
    committed = set(git(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0"))
    lines += [repr(one) for one in git(folder, "status", "--porcelain", "-z", "-uall", "--no-renames").split(b"\0")
              if one[:3] != b" D " or one[3:] in committed]
    return lines + [git(folder, "rev-parse", "HEAD").decode().strip()]


def board_rows(board, statement, *values):
    return boards.rows(board, statement, values)


def check_row(row, listed):
    """What a row says, and what git says of its folder."""
    name = f"{row['slot']} ({row['state']})"
    if row["state"] == "quarantined":
        return [] if row["note"] else [f"{name}: no note says why"]
    if row["state"] == "free" and (row["ticket_id"] or row["run_id"]):
        return [f"{name}: has a ticket or run"]
    if row["state"] == "claimed" and not row["run_id"]:
        return [f"{name}: has no run"]
    if listed is None:
        return [f"{name}: its folder is there and git does not list it"] if files_of(row["path"]) else []
    if "prunable" in listed:
        return [f"{name}: git lists it, and it is not there"]
    if row["state"] == "free" and "branch" in listed:
        return [f"{name}: holds {listed['branch']}"]
    if row["state"] == "claimed" and row["branch"] and listed.get("branch") != "refs/heads/" + row["branch"]:
        return [f"{name}: the row says {row['branch']}, git {listed.get('branch', 'detached')}"]
    return []


def agree(board, repo, pool):
    """[what does not]"""
    wrong, seen = [], set()
    pool = os.path.realpath(pool)
    listed = {os.path.realpath(one["worktree"]): one for one in worktrees(repo)}
    for row in board_rows(board, "SELECT * FROM worktree_slots WHERE workspace='default'"):
        seen.add(row["path"])
        wrong += check_row(row, listed.get(os.path.realpath(row["path"])))
    for path in listed:
        if os.path.dirname(path) == pool and path not in {os.path.realpath(one) for one in seen}:
            wrong.append(f"{path}: git lists it, and no row has it")
    twice = board_rows(board, "SELECT run_id,count(*) FROM worktree_slots WHERE state='claimed' GROUP BY 1 HAVING count(*)>1")
    return wrong + [f"run {row[0]} has {row[1]} slots" for row in twice]


def doors(board, pool):
    """What agents are given: the board, or of one on a server the state folder that the pool is in."""
    return {os.fsencode(board), os.fsencode("spool:" + os.path.dirname(os.path.dirname(pool)))}


def agents(given):
    """[(pid, run, name, working directory)] of the living processes with runs and one of those doors to their board."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:
                told = file.read()
            if not any(one in told for one in given):
                continue
            environment = dict(entry.partition(b"=")[::2] for entry in told.split(b"\0"))
            if environment.get(b"MC_DB") not in given or not environment.get(b"MC_RUN"):
                continue
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                name = file.read().strip()
            found.append((int(pid), environment[b"MC_RUN"].decode(), name, os.readlink(f"/proc/{pid}/cwd")))
        except OSError:
            continue
    return found


def alive(pid):
    return os.path.exists(f"/proc/{pid}/cwd") and os.access(f"/proc/{pid}/environ", os.R_OK)


def apart(board, pool):
    """[what is wrong]: an agent that is not inside a slot of the pool, or not in its own run's; two runs in one."""
    wrong, inside, slots, pools = [], {}, {}, {os.path.realpath(pool)}
    for row in board_rows(board, "SELECT run_id,path FROM worktree_slots"):
        pools.add(os.path.realpath(os.path.dirname(row["path"])))
        if row["run_id"]:
            slots[row["run_id"]] = row["path"]
    for pid, run, name, cwd in agents(doors(board, pool)):
        pool = next((one for one in pools if cwd.startswith(one + "/pool-")), None)
        slot = pool and os.path.join(pool, os.path.relpath(cwd, pool).split("/")[0])
        if not slot:
            wrong.append(f"process {pid} ({name}) of run {run} is in {cwd}")
        elif run in slots and os.path.realpath(slots[run]) != slot:
            wrong.append(f"process {pid} ({name}) of run {run} is in {cwd}, its slot is {slots[run]}")
        else:
            inside.setdefault(slot, {}).setdefault(run, []).append(pid)
    for slot, runs in inside.items():
        living = [run for run, pids in runs.items() if any(map(alive, pids))]
        if len(living) > 1:
            wrong.append(f"{slot} has the living runs {living}")
    return wrong


def main(words):
    if words[:1] == ["inventory"] and len(words) > 1:
        lines = [f"{path!r} {mode.decode()} {name.decode()}" for path, mode, name in sorted(inventory(words[1], words[2:]))]
    elif words[:1] == ["digest"] and len(words) == 2:
        lines = digest(words[1])
    elif words[:1] == ["snapshot"] and len(words) == 2:
        lines = snapshot(words[1])
    elif words[:1] == ["agree"] and len(words) == 4:
        lines = agree(*words[1:])
    elif words[:1] == ["apart"] and len(words) == 3:
        lines = apart(*words[1:])
    else:
        print(__doc__, file=sys.stderr)
        return 64
    if lines:
        print("\n".join(lines))
    return 1 if lines and words[0] in ("agree", "apart") else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1:]))
