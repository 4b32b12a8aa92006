"""Which points are tried first: any beginning of the order is a fair sample of all cases."""
import hashlib
import itertools


def rank(seed, name):
    return hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest()


def order(seed, groups):
    """The names of {group: [name]} in the order in which they are tried: a group after the other in turn, and within
    each as the seed has it."""
    columns = [sorted(names, key=lambda name: rank(seed, name)) for _, names in sorted(groups.items())]
    return [name for row in itertools.zip_longest(*columns) for name in row if name is not None]


def unlike(seed, groups, kind, before):
    """Of the names that are of one kind(name) only the first in that order, and none where one was tried before."""
    group_of = {name: group for group, names in groups.items() for name in names}
    tried = {kind(name) for name in group_of if name in before}
    kept = {group: [] for group in groups}
    for name in order(seed, groups):
        if kind(name) not in tried:
            tried.add(kind(name))
            kept[group_of[name]].append(name)
    return kept


def some(seed, names, count):
    """So many of them, or all (0)."""
    return sorted(names, key=lambda name: rank(seed, name))[:count or None]
