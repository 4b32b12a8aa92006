"""What the kernel may bring at a call: by the call, and by the file that it is about."""
import errno
import os
import re

SHORT = ("one", "half")
# Those that can be asked for less, and then get it.
CUT_READS = {"read", "pread64", "recvfrom"}
CUT_WRITES = {"write", "pwrite64", "sendto"}
O_WRONLY, O_RDWR, O_CREAT = os.O_WRONLY, os.O_RDWR, os.O_CREAT
MAP_ANONYMOUS = 0x20
DUPLICATES = {0, 1030}  # F_DUPFD, F_DUPFD_CLOEXEC
LOCKS = {6, 7, 37, 38}  # F_SETLK, F_SETLKW and those of open files
SLOW = ("pipe", "socket", "tty", "anon")

# call: what it may bring, whatever it is about.
ALWAYS = {
    "stat": "EIO ENOMEM", "lstat": "EIO ENOMEM", "newfstatat": "EIO ENOMEM", "statx": "EIO ENOMEM", "fstat": "EIO",
    "statfs": "EIO ENOMEM", "fstatfs": "EIO", "access": "EIO ENOMEM", "faccessat": "EIO ENOMEM",
    "faccessat2": "EIO ENOMEM", "readlink": "EIO ENOMEM", "readlinkat": "EIO ENOMEM", "getdents64": "EIO ENOMEM",
    "fsync": "EIO ENOSPC", "fdatasync": "EIO ENOSPC", "ftruncate": "EIO EINTR", "fallocate": "ENOSPC EIO EINTR",
    "sendfile": "EIO ENOMEM", "copy_file_range": "EIO ENOSPC",
    "mkdir": "ENOSPC EIO ENOMEM EROFS", "mkdirat": "ENOSPC EIO ENOMEM EROFS", "symlink": "ENOSPC EIO EROFS",
    "symlinkat": "ENOSPC EIO EROFS", "link": "ENOSPC EIO EROFS", "linkat": "ENOSPC EIO EROFS",
    "rename": "ENOSPC EIO ENOMEM EROFS", "renameat": "ENOSPC EIO EROFS", "renameat2": "ENOSPC EIO EROFS",
    "unlink": "EIO EROFS", "unlinkat": "EIO EROFS", "rmdir": "EIO EROFS", "chmod": "EIO EROFS", "fchmod": "EIO EROFS",
    "fchmodat": "EIO EROFS", "utimensat": "EIO EROFS", "chdir": "EIO ENOMEM", "fchdir": "EIO", "getcwd": "ENOMEM ENOENT",
    "dup": "EMFILE", "pipe": "EMFILE ENFILE", "pipe2": "EMFILE ENFILE",
    "socket": "EMFILE ENFILE ENOMEM", "socketpair": "EMFILE ENOMEM", "eventfd2": "EMFILE ENOMEM",
    "epoll_create1": "EMFILE ENOMEM", "inotify_init1": "EMFILE ENOMEM", "pidfd_open": "EMFILE ENOMEM ESRCH",
    "poll": "EINTR ENOMEM", "ppoll": "EINTR ENOMEM", "pselect6": "EINTR ENOMEM", "epoll_wait": "EINTR",
    "waitid": "EINTR", "nanosleep": "EINTR", "clock_nanosleep": "EINTR", "mremap": "ENOMEM", "fork": "EAGAIN ENOMEM",
    "vfork": "EAGAIN ENOMEM", "clone": "EAGAIN ENOMEM", "clone3": "EAGAIN ENOMEM", "execve": "ENOMEM EIO EAGAIN",
    "kill": "ESRCH EPERM", "pidfd_send_signal": "ESRCH", "flock": "EINTR ENOLCK", "recvmsg": "ECONNRESET EINTR",
    "sendmsg": "EPIPE ECONNRESET EINTR", "readv": "EIO", "mmap": "ENOMEM",
}
# call: (what kind of file, what it may bring there).
BY_KIND = {
    "read": {"file": "EIO", "dir": "EIO", "tty": "EIO EINTR", "pipe": "EINTR", "socket": "ECONNRESET EINTR"},
    "pread64": {"file": "EIO"},
    "recvfrom": {"socket": "ECONNRESET EINTR ENOMEM"},
    "write": {"file": "ENOSPC EIO", "tty": "EIO EINTR", "pipe": "EPIPE EINTR", "socket": "EPIPE EINTR"},
    "writev": {"file": "ENOSPC EIO", "pipe": "EPIPE EINTR", "socket": "EPIPE EINTR"},
    "pwrite64": {"file": "ENOSPC EIO"},
    "sendto": {"socket": "EPIPE ECONNRESET EINTR ENOMEM"},
    "connect": {"socket": "ECONNREFUSED EAGAIN ETIMEDOUT"},
    "ioctl": {"tty": "EIO"},
}
# What a call changes outside, so that a death before it is not the same as one before the next of them.
CHANGING = {"write", "writev", "pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "mkdir", "mkdirat", "rename",
            "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "chmod",
            "fchmod", "fchmodat", "utimensat", "connect", "sendto", "sendmsg", "kill", "pidfd_send_signal", "fork",
            "vfork", "clone", "clone3", "execve", "exit_group", "chdir", "copy_file_range", "sendfile"}


def kind(about):
    """What a descriptor is, by what its link says."""
    match = re.match(r"(pipe|socket|anon_inode)\b", about)
    if match:
        return {"anon_inode": "anon"}.get(match.group(1), match.group(1))
    if about.startswith(("/dev/pts/", "/dev/tty", "/dev/ptmx")):
        return "tty"
    about = about.replace("/dev/shm/", "/shm/", 1)
    return "null" if about.startswith("/dev/") or not about.startswith("/") else "file"


def opened(flags, about):
    words = "EMFILE ENFILE ENOMEM EIO"
    if flags & O_CREAT:
        words += " ENOSPC EROFS"
    elif flags & (O_WRONLY | O_RDWR):
        words += " EROFS"
    return words if not about.startswith("/dev/null") else "EMFILE ENFILE"


def errors(point):
    """The names of what the call may bring."""
    if point.call in ("open", "openat"):
        words = opened(point.flags, point.about)
    elif point.call == "fcntl":
        words = "EMFILE" if point.flags in DUPLICATES else "ENOLCK" if point.flags in LOCKS else ""
    elif point.call == "wait4":
        words = "EINTR" if not point.flags & os.WNOHANG else ""
    elif point.call in BY_KIND:
        words = BY_KIND[point.call].get(kind(point.about), "")
    else:
        words = ALWAYS.get(point.call, "")
    return [word for word in words.split() if word not in ("EINTR", "EPIPE") or not prints(point)]


def prints(point):
    """Who catches no signal is not interrupted there, and a reader that has gone is there for real (limits.py)."""
    return point.call in ("write", "writev") and point.flags in (1, 2)


def may_be_short(point):
    """The kernel makes a file of /proc up whole."""
    if point.call in CUT_READS:
        return kind(point.about) != "null" and not point.about.startswith("/proc/")
    return point.call in CUT_WRITES and kind(point.about) in ("file", "pipe", "socket")


def changes(point):
    if point.call in ("open", "openat"):
        return bool(point.flags & O_CREAT)
    return point.call in CHANGING


def brought(point):
    """All that can go wrong at it, a word each: kill, an error's name, one, half."""
    found = errors(point)
    if point.loading:
        return found[:1]  # all end in the loader, the same way
    if changes(point):
        found.append("kill")
    if may_be_short(point):
        found += SHORT
    return found


def rule_word(what):
    """As inject.c takes it."""
    return str(getattr(errno, what)) if what.startswith("E") else what


def passes_unseen(what):
    """A program of ours has to take it as if nothing were."""
    return what in SHORT or what == "EINTR"
