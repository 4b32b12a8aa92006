"""Where mutated programs run: a mutant may kill every process, fill every disk and remove every file that its user can.
So each worker is the first process of its own process, mount and network namespaces, all file systems are read-only
there, and each run gets an empty /tmp, /run and home. Run as a program it is that worker: a line of JSON in
({"argv", "env", "cwd", "number", "seen", "wall", "cpu", "stop"}), a line out ({"code", "seconds", "cpu", "why",
"output"}, and "marks" where "seen" asks for them).

usage: fence.py ROOT FOLDER  (in namespaces of its own: Fence starts it so)"""
import ctypes
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE, MS_MOVE = 1, 32, 4096, 16384, 1 << 18, 8192
CLONE_NEWNS = 0x20000
UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--mount", "--net"]
EMPTY = ("/tmp", "/run", "/var/tmp", "/dev/shm")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
FAILED = (b"[  FAILED  ]", b"[  ERROR   ]", b"\nnot ok ", b"\nFAIL: ", b"\nERROR: ")


def mount(source, target, kind, flags, data=None):
    if LIBC.mount(source.encode(), target.encode(), kind and kind.encode(), flags, data and data.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount {source} on {target}")


class Fence:
    """One worker and the pipe to it. run() gives None where the worker died or hung."""

    def __init__(self, root, folder):
        self.argv = [*UNSHARE, sys.executable, os.path.abspath(__file__), root, folder]
        self.process = None

    @staticmethod
    def possible():
        """Can namespaces be had here?"""
        try:
            return subprocess.run([*UNSHARE, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
        except OSError:
            return False

    def run(self, job):
        if self.process is None:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], job["wall"] + 30)
            line = self.process.stdout.readline() if ready else b""
        except OSError:
            line = b""
        if not line:
            self.close()
            return None
        return json.loads(line)

    def close(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()


class Worker:
    """Inside: the whole machine read-only, and for each run a mount namespace with empty places to write."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.chosen = os.path.join(folder, "chosen")

    def shut(self):
        """Everything read-only, the network up to its own loopback, none of the machine's devices."""
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            points = [line.split()[4].encode().decode("unicode_escape") for line in file]
        for point in points:
            try:
                mount("none", point, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
            except OSError:
                if point == "/":
                    raise
        self.devices()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False, stderr=subprocess.DEVNULL)

    def devices(self):
        mount("tmpfs", "/mnt", "tmpfs", 0, "size=1m")
        for name in DEVICES:
            open(f"/mnt/{name}", "w", encoding="utf-8").close()
            mount(f"/dev/{name}", f"/mnt/{name}", None, MS_BIND)
        for name in ("pts", "shm"):
            os.mkdir(f"/mnt/{name}")
        mount("devpts", "/mnt/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620")
        for name, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"),
                             ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")):
            os.symlink(target, f"/mnt/{name}")
        mount("/mnt", "/dev", None, MS_MOVE)

    def room(self, job):
        """In the child: its own empty places, with the tree in its place, and the mutant's number."""
        if LIBC.unshare(CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        mount(self.root, "/mnt", None, MS_BIND)
        for place in EMPTY:
            if os.path.isdir(place):
                mount("tmpfs", place, "tmpfs", 0, "size=3g,mode=1777")
        os.makedirs(self.root, exist_ok=True)
        mount("/mnt", self.root, None, MS_MOVE)
        mount("none", self.root, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
        mount("tmpfs", self.chosen, "tmpfs", 0, "size=16m,mode=755")
        os.symlink(str(job["number"]), os.path.join(self.chosen, "number"))
        if job["seen"]:
            with open(os.path.join(self.chosen, "seen"), "wb") as file:
                file.truncate(job["seen"])
        os.makedirs("/tmp/home", exist_ok=True)

    def child(self, job, output, back):
        try:
            os.setpgid(0, 0)
            self.room(job)
            if job["seen"]:  # the worker opens it now: the mounts go with the last process
                back.send(b"+")
                back.recv(1)
            os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (job["cpu"], job["cpu"] + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
            for one in signal.SIGINT, signal.SIGQUIT, signal.SIGHUP:  # a shell's background job is deaf to some
                signal.signal(one, signal.SIG_DFL)
            os.umask(0o022)
            os.chdir(job["cwd"])
            environment = {"PATH": os.environ["PATH"], "HOME": "/tmp/home", "LANG": "C.UTF-8", "TMPDIR": "/tmp", **job["env"]}
            os.execvpe(job["argv"][0], job["argv"], environment)
        except BaseException as failure:
            os.write(output, f"fence: {failure}\n".encode())
            os._exit(97)

    def run(self, job):
        began = time.monotonic()
        reading, output = os.pipe()
        wait, back = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self.child(job, output, back)
        os.close(output)
        back.close()
        seen = None
        if job["seen"] and wait.recv(1):
            seen = os.open(f"/proc/{pid}/root{self.chosen}/seen", os.O_RDONLY)
            wait.send(b"+")
        wait.close()
        code, why, text, used = self.watch(pid, reading, began + job["wall"], job["stop"])
        os.close(reading)
        self.sweep()
        answer = {"code": code, "seconds": time.monotonic() - began, "cpu": used, "why": why,
                  "output": text[-3000:].decode("utf-8", "replace")}
        if seen is not None:
            answer["marks"] = marks(seen, job["seen"])
            os.close(seen)
        return answer

    def watch(self, pid, reading, until, stop):
        """Until the test ends, says that it failed, or its time is over."""
        text, why, open_ = b"", "", True
        while True:
            done, status, used = os.wait4(-1, os.WNOHANG)  # also whoever else has lost its parent
            if done == pid:
                return os.waitstatus_to_exitcode(status), why, text + drain(reading), used.ru_utime + used.ru_stime
            left = until - time.monotonic()
            if left <= 0 or stop and any(mark in text for mark in FAILED):
                why = why or ("time" if left <= 0 else "said")
                os.kill(pid, signal.SIGKILL)
            ready, _, _ = select.select([reading] if open_ else [], [], [], 0.002 if not open_ else min(max(left, 0), 0.01))
            if ready:
                piece = os.read(reading, 65536)
                open_ = bool(piece)
                text = (text + piece)[-200000:]

    @staticmethod
    def sweep():
        """Nobody of the run is left."""
        while True:
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return


def drain(reading):
    text = b""
    while select.select([reading], [], [], 0)[0]:
        piece = os.read(reading, 65536)
        if not piece:
            break
        text += piece
    return text


def marks(seen, size):
    """The numbers that left a mark."""
    found, at = [], 0
    while at < size:
        try:
            at = os.lseek(seen, at, os.SEEK_DATA)
        except OSError:
            break
        end = os.lseek(seen, at, os.SEEK_HOLE)
        data = os.pread(seen, end - at, at)
        found += [at + k for k, byte in enumerate(data) if byte]
        at = end
    return found


def main():
    if os.getpid() != 1:
        sys.exit("fence.py: only in namespaces of its own (Fence): here it would make the whole machine read-only")
    worker = Worker(sys.argv[1], sys.argv[2])
    worker.shut()
    for line in sys.stdin:
        print(json.dumps(worker.run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
