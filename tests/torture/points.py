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


def some(seed, names, count):
    """So many of them, or all (0)."""
    return sorted(names, key=lambda name: rank(seed, name))[:count or None]
