"""A slot given back while somebody's git drops from the repository whatever no ref holds.

    gc_race.py [SECONDS]    before each git of ours; or at any moment, over and over, for so long

What was kept is whole afterwards, and so is the repository."""
import os
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
from keep_faults import Place
from random_tree import git

DROPS = [["gc", "--quiet", "--prune=now"], ["repack", "-a", "-d", "-q"], ["prune", "--expire=now"]]
WRAPPER = """#!/bin/bash
for one in "repack -a -d -q" "prune --expire=now"; do
    env -u GIT_DIR -u GIT_COMMON_DIR -u GIT_WORK_TREE -u GIT_OBJECT_DIRECTORY -u GIT_INDEX_FILE -u GIT_CONFIG_COUNT \\
        flock {repo}/.git/only-one {git} -C {repo} $one || exit 99
done
exec {git} "$@"
"""


def program():
    return subprocess.run(["bash", "-c", "type -P git"], capture_output=True, text=True, check=True).stdout.strip()


def give_back(place, path=None):
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None
    return subprocess.run(place.words("giveback"), capture_output=True, text=True, env=environment, check=False)


def check_whole(place):
    git(place.repo, "fsck", "--connectivity-only", "--no-dangling")
    for ref in git(place.repo, "for-each-ref", "--format=%(refname)", "refs/mc").decode().split():
        git(place.repo, "archive", "--format=tar", ref)
    kept = [name for name in os.listdir(os.path.join(place.repo, ".git/objects/pack")) if name.endswith(".keep")]
    left = [name for name in os.listdir(os.path.join(place.repo, ".git/objects")) if name.startswith("mc-")]
    assert not kept and not left, f"left behind: {kept} {left}"


def before_each():
    place = Place()
    try:
        wrappers = os.path.join(place.folder, "bin")
        os.mkdir(wrappers)
        with open(os.path.join(wrappers, "git"), "w", encoding="utf-8") as file:
            file.write(WRAPPER.format(git=program(), repo=place.repo))
        os.chmod(os.path.join(wrappers, "git"), 0o755)
        before = place.all()
        done = give_back(place, wrappers)
        assert done.returncode == 0, f"give back: {done.returncode} {done.stderr}"
        check_whole(place)
        done = place.run("restore")
        assert done.returncode == 0, f"restore: {done.returncode} {done.stderr}"
        assert place.all() == before, "not what it was"
    finally:
        place.end()


def at_any_moment(drop, seconds):
    """How many were kept."""
    place, over = Place(), threading.Event()
    for i in range(1500):
        with open(os.path.join(place.repo, f"file-{i}"), "w", encoding="ascii") as file:
            file.write(f"{i}\n" * 20)
    git(place.repo, "add", "-A")
    git(place.repo, "commit", "-q", "-m", "more to look through")

    def go_on():
        while not over.is_set():
            git(place.repo, *drop, check=False)

    other = threading.Thread(target=go_on)
    other.start()
    rounds = 0
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for i in range(30):
                with open(os.path.join(place.slot, f"new-{i}"), "w", encoding="ascii") as file:
                    file.write(f"{rounds} {i} {os.urandom(9).hex()}\n")
            if os.path.exists(place.state):
                os.unlink(place.state)
            done = give_back(place)
            assert done.returncode == 0, f"{drop}, round {rounds}: {done.returncode} {done.stderr}"
            with open(place.state, encoding="ascii") as file:
                git(place.repo, "update-ref", f"refs/mc/all/{rounds}", file.read())
            rounds += 1
        over.set()
        other.join()
        check_whole(place)
        return rounds
    finally:
        over.set()
        other.join()
        place.end()


def run(seconds):
    try:
        before_each()
        for drop in DROPS if seconds else []:
            print(f"git {' '.join(drop)}: {at_any_moment(drop, seconds / len(DROPS))} kept")
    except AssertionError as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
