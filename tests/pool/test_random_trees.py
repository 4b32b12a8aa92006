"""Random working trees: preserved, verified, cleaned, restored, and the same again. See keep_driver.c.

    test_random_trees.py [COUNT [FIRST]]     so many trees, from that seed on"""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import clerk
from random_tree import Tree, git, index, refs, status, walk

DRIVER = os.path.join(os.environ.get("MC_BUILD", "build/ci"), "unit", "keep_driver")
SHORT = 12


def drive(tree, verb):
    state = os.path.join(os.path.dirname(tree.pool), "state")
    return subprocess.run([DRIVER, verb, tree.repo, tree.pool, "pool-1", state], capture_output=True, check=False)


def difference(before, after):
    keys = [key for key in set(before) | set(after) if before.get(key) != after.get(key)]
    return [(key, str(before.get(key))[:80], str(after.get(key))[:80]) for key in sorted(keys)[:4]]


def as_kept(tree, before, after):
    """`after`, but for the files that held the bytes of HEAD's own blob where git checks out others: those are no work
    of anybody's, and come back as git checks them out."""
    listed = git(tree.slot, "ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]
    blobs = dict(reversed(line.split(b"\t", 1)) for line in listed)
    for path, one in before.items():
        if one[0] == "file" and after.get(path, one)[:2] == one[:2] and path in blobs:
            if blobs[path].split() == [b"100755" if one[1] else b"100644", b"blob", clerk.blob(one[2])]:
                after[path] = one
    return after


def check_tree(tree):
    """What was tried: "same", or "in the way"."""
    before = walk(tree.slot), status(tree.slot), index(tree.slot), refs(tree.slot)
    done = drive(tree, "giveback")
    if done.returncode == 73 and b"in its way" in done.stderr:
        return "in the way"
    assert done.returncode == 0, f"give back: {done.returncode} {done.stderr.decode()}"
    assert status(tree.slot) == [b""], f"not clean: {status(tree.slot)}"
    assert refs(tree.slot) == before[3], "refs or stash have changed"
    done = drive(tree, "restore")
    assert done.returncode == 0, f"restore: {done.returncode} {done.stderr.decode()}"
    after = as_kept(tree, before[0], walk(tree.slot)), status(tree.slot), index(tree.slot), refs(tree.slot)
    assert after[0] == before[0], f"the tree differs: {difference(before[0], after[0])}"
    assert after[1] == before[1], f"git status differs: {set(before[1]) ^ set(after[1])}"
    assert after[2] == before[2], "the index differs"
    assert after[3] == before[3], "refs or stash differ"
    return "same"


def trial(seed):
    place = tempfile.mkdtemp(prefix="mc-tree.")
    try:
        tree = Tree(place, seed)
        tree.work()
        return check_tree(tree)
    except AssertionError as failure:
        return f"seed {seed}: {failure}"
    finally:
        if os.environ.get("MC_KEEP_PLACE"):
            print(f"kept: {place}", file=sys.stderr)
        else:
            shutil.rmtree(place)


def run(count, first):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(trial, range(first, first + count)))
    failures = [result for result in results if result not in ("same", "in the way")]
    print(f"{count} trees, {results.count('same')} the same again, {results.count('in the way')} with something "
          f"ignored in the way, {len(failures)} wrong")
    for failure in failures:
        print(failure)
    return 1 if failures or results.count("same") < count * 0.8 else 0


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
