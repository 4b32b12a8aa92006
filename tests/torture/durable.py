"""What a power cut leaves of a world, by the trace of vfs.c.

SQLite's files are made anew from what was synced, and of what was written since none, some, all in another order, or
sectors of it. Of our own files those that are not known to be on the disk (fsync of the file, fsync of its folder) may
be as they were, gone, empty or half there."""
import collections
import os
import random
import shutil
import struct

RECORD = struct.Struct("=IIIIIIqq")
OPS = ["", "write", "read", "sync", "truncate", "size", "lock", "open", "delete", "access", "shm_map", "shm_lock",
       "fsync"]
SECTOR = 512
Call = collections.namedtuple("Call", "pid number op name offset size bytes callers")


def read(path):
    """[Call] of a trace."""
    if not os.path.exists(path):
        return []
    calls, at = [], 0
    with open(path, "rb") as file:
        data = file.read()
    while at + RECORD.size <= len(data):
        pid, number, op, length, who, _, offset, size = RECORD.unpack_from(data, at)
        at += RECORD.size
        name = data[at:at + length].decode()
        at += length
        held = size if length and OPS[op] in ("write", "fsync") else 0
        calls.append(Call(pid, number, OPS[op], name, offset, size, data[at:at + held], who))
        at += held
    return calls


class Image:
    """One of SQLite's files: what is on the disk (None: no file), and what is on its way."""

    def __init__(self, found):
        self.durable = found
        self.pending = []

    def now(self):
        return applied(self.durable, self.pending)

    def take(self, call):
        if call.op == "sync":
            self.durable, self.pending = self.now(), []
        elif call.op == "delete" and call.offset:
            self.durable, self.pending = None, []
        else:
            self.pending.append(call)


def applied(found, calls):
    """The bytes after these calls."""
    data = None if found is None else bytearray(found)
    for call in calls:
        if call.op == "delete":
            data = None
            continue
        data = bytearray() if data is None else data
        if call.op == "truncate":
            del data[call.offset:]
            data.extend(bytes(call.offset - len(data)))
        elif call.op == "write":
            data.extend(bytes(max(0, call.offset - len(data))))
            data[call.offset:call.offset + len(call.bytes)] = call.bytes
    return None if data is None else bytes(data)


def sectors(call):
    """The parts of a write that reach the disk by themselves."""
    if call.op != "write":
        return [call]
    cuts = [0, *range(SECTOR - call.offset % SECTOR, len(call.bytes), SECTOR), len(call.bytes)]
    return [call._replace(offset=call.offset + a, bytes=call.bytes[a:b]) for a, b in zip(cuts, cuts[1:])]


HOW = ("bare", "none", "all", "subset", "reorder", "torn")


class Worst(random.Random):
    """Dice for "bare": whatever may be lost is, and a file that may be empty is that."""

    def random(self):
        return 0.0

    def choice(self, seq):
        return seq[1]


def dice(how, seed):
    return Worst() if how == "bare" else random.Random(seed)


def survivors(pending, how, thrown):
    """What of it came through."""
    if how in ("bare", "none"):
        return []
    if how == "all":
        return pending
    if how == "torn":
        pending = [part for call in pending for part in sectors(call)]
    kept = [call for call in pending if thrown.random() < 0.5]
    if how == "reorder":
        thrown.shuffle(kept)
    return kept


def images(calls, base):
    """{path: Image} of SQLite's files; base: {path: bytes} of those that were there before the trace began."""
    found = {path: Image(data) for path, data in base.items()}
    for call in calls:
        if call.op in ("write", "sync", "truncate", "delete") and call.name:
            found.setdefault(call.name, Image(None)).take(call)
    return found


def files_of(board):
    """{path: bytes} of the board's files as they are now."""
    found = {}
    for path in (board, board + "-wal", board + "-journal"):
        if os.path.exists(path):
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


def cut_board(board, base, calls, cut):
    """Leaves of the board's files what the disk holds, by (how, dice), and nothing of what was in memory; base: what
    they were before these calls."""
    how, thrown = cut
    for path, image in images(calls, base).items():
        if not path.startswith(board):
            continue
        data = applied(image.durable, survivors(image.pending, how, thrown))
        if data is not None:
            write_over(path, data)
        elif os.path.exists(path):
            os.unlink(path)
    if os.path.exists(board + "-shm"):
        os.unlink(board + "-shm")


def write_over(path, data):
    """The file itself stays, with its number."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)


class Flushed:
    """What fsync was said to have put on the disk: files by number, names in folders."""

    def __init__(self, calls):
        self.files, self.folders = {}, {}
        for call in calls:
            if call.op != "fsync":
                continue
            text = call.bytes.decode(errors="replace")
            if "/" in text:
                self.folders[call.name] = dict(line.rsplit("/", 1) for line in text.splitlines() if "/" in line)
            else:
                self.files[call.offset] = text

    def holds_bytes(self, path):
        seen = os.lstat(path)
        return self.files.get(seen.st_ino) == f"{seen.st_size} {seen.st_mtime_ns}"

    def holds_name(self, path):
        folder = self.folders.get(os.path.dirname(path), {})
        there = str(os.lstat(path).st_ino) if os.path.lexists(path) else None
        return folder.get(os.path.basename(path)) == there


def snapshot(root, skip):
    """{path: bytes, or None of a folder} of what lies there; skip(path) is left out."""
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [one for one in folders if not skip(os.path.join(folder, one))]
        for name in folders:
            found[os.path.join(folder, name)] = None
        for name in files:
            path = os.path.join(folder, name)
            if not skip(path) and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def cut_files(root, before, calls, cut):
    """Takes from our own files what the disk need not have, by (dice, skip). [what was done to which path]."""
    (thrown, skip), flushed, done = cut, Flushed(calls), []
    for path, now in sorted(snapshot(root, skip).items()):
        if not os.path.lexists(path) or (path in before and before[path] == now):
            continue
        if path not in before and not flushed.holds_name(path) and thrown.random() < 0.5:
            remove(path)
            done.append(f"gone {path}")
        elif path in before and not flushed.holds_name(path) and thrown.random() < 0.5:
            write_over(path, before[path])
            done.append(f"old {path}")
        elif now is not None and not flushed.holds_bytes(path):
            torn = thrown.choice([now, b"", now[:len(now) // 2], bytes(len(now))])
            write_over(path, torn)
            done.append(f"{len(torn)} of {len(now)} bytes {path}")
    for path, was in sorted(before.items()):
        if was is not None and not os.path.lexists(path) and os.path.isdir(os.path.dirname(path)) and \
                not flushed.holds_name(path) and thrown.random() < 0.5:
            write_over(path, was)
            done.append(f"back {path}")
    return done


def remove(path):
    """With all that lies in it."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)
