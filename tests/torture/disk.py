"""A small disk of our own: full, without inodes, read-only. Only root mounts one."""
import contextlib
import os
import subprocess
import tempfile

SIZE_MB = 24


class Disk:
    """A small one for worlds, which can be filled."""

    def __init__(self):
        self.place = tempfile.mkdtemp(prefix="mcd.", dir="/tmp")
        self.mount("-t", "tmpfs", "-o", f"size={SIZE_MB}m,nr_inodes=3000", "tmpfs", self.place)
        self.filler = os.path.join(self.place, "filler")

    @staticmethod
    def mount(*words):
        subprocess.run(["mount", *words], check=True, capture_output=True)

    def fill(self, free):
        with open(self.filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\1" * 4096)
        if free:
            os.truncate(self.filler, max(0, os.path.getsize(self.filler) - free))

    def use_inodes(self):
        os.mkdir(self.filler)
        with contextlib.suppress(OSError):
            for number in range(10000):
                os.symlink("x", os.path.join(self.filler, str(number)))

    @contextlib.contextmanager
    def short(self, limit):
        """For so long it is what the limit says."""
        try:
            if limit.startswith("free "):
                self.fill(int(limit.split()[1]))
            elif limit == "no inodes":
                self.use_inodes()
            else:
                self.mount("-o", "remount,ro", self.place)
            yield
        finally:
            self.mount("-o", "remount,rw", self.place)
            subprocess.run(["rm", "-rf", self.filler], check=True)

    def end(self):
        subprocess.run(["umount", "-l", self.place], check=True)
        os.rmdir(self.place)
