"""mc-ticket watch on a real terminal: what it draws, and that the terminal is as it was however it ends."""
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

BIN = os.environ["MC_BIN"]
TICKET = os.path.join(BIN, "mc-ticket")
WATCH = (TICKET, "watch", "--every", "1")
BEGIN, END = b"\x1b[?1049h", b"\x1b[?1049l"
PATIENCE = 120  # seconds
KEYS = re.compile(rb"MC-\d+")


class Screen:
    """A terminal of so many lines with watch, or that command, on it."""

    def __init__(self, environment, *arguments, lines=10, columns=80, command=WATCH):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execvpe(command[0], [*command, *arguments], environment)
        self.out = b""
        self.modes = None

    def size(self, lines, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, seconds):
        """What comes within that time; b"" at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return None
        try:
            got = os.read(self.fd, 1 << 20)
        except OSError:
            return b""
        self.out += got
        return got

    def until(self, *wanted, count=1):
        """Reads on until so many frames are there and the last has all of these."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            frames = self.frames()
            if len(frames) >= count and all(word in frames[-1] for word in wanted):
                return frames[-1]
            if self.read(0.2) == b"":
                break
        raise AssertionError(f"{wanted} not in {self.out[-3000:]!r}")

    def frames(self):
        """The whole ones: from the cursor's way home to the last line, before which what is below is cleared."""
        return [part for part in self.out.split(b"\x1b[H")[1:] if b"\x1b[0m" in part.partition(b"\x1b[J")[2]]

    def end(self):
        """Its wait status, after everything was read."""
        while self.read(10):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.modes = termios.tcgetattr(self.fd)
        os.close(self.fd)
        return status


class Watch(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mcw.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.environment = {"HOME": self.folder, "PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8",
                            "LOGNAME": "tester"}
        self.board = os.path.join(self.folder, ".local/state/mc-pickup/board.db")
        self.run_ticket("init")
        for title in ("one", "two", "three"):
            self.run_ticket("add", title)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run_ticket(self, *arguments):
        return subprocess.run([TICKET, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout.decode()

    def quits(self, screen):
        os.write(screen.fd, b"q")
        self.assertEqual(screen.end(), 0)

    def test_it_follows_the_board_and_q_ends_it(self):
        screen = Screen(self.environment)
        screen.until(b"MC-1", b"MC-3", b"three")
        self.run_ticket("cancel", "MC-1")
        screen.until(b"cancelled")
        self.quits(screen)
        self.assertTrue(screen.out.startswith(BEGIN))
        self.assertTrue(screen.out.rstrip().endswith(END), screen.out[-100:])

    def test_each_end_leaves_the_terminal_as_it_was(self):
        master, slave = os.openpty()
        before = termios.tcgetattr(slave)
        os.close(master)
        os.close(slave)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            screen = Screen(self.environment)
            screen.until(b"MC-3")
            during = termios.tcgetattr(screen.fd)
            self.assertEqual(during[3] & termios.ECHO, 0)
            os.kill(screen.pid, number)
            status = screen.end()
            self.assertEqual(screen.out.count(END), 1, number)
            self.assertIn(b"\x1b[?25h", screen.out)
            self.assertEqual(screen.modes, before, number)
            if number == signal.SIGINT:
                self.assertEqual(status, 0)
            else:
                self.assertEqual(os.WTERMSIG(status), number)

    def test_ctrl_c_is_typed(self):
        screen = Screen(self.environment)
        screen.until(b"MC-3")
        os.write(screen.fd, b"x\x03")
        self.assertEqual(screen.end(), 0)
        self.assertNotIn(b"^C", screen.out)

    def test_a_list_longer_than_the_terminal_shows_its_end(self):
        for number in range(4, 30):
            self.run_ticket("add", f"title {number}")
        screen = Screen(self.environment, lines=10)
        frame = screen.until(b"MC-29", b"and 22 more")
        self.assertEqual(len(KEYS.findall(frame)), 7)
        self.assertLessEqual(frame.count(b"\n"), 9)
        screen.size(20, 80)
        frame = screen.until(b"and 12 more")
        self.assertEqual(len(KEYS.findall(frame)), 17)
        screen.size(20, 30)
        frame = screen.until(b"MC-29", count=len(screen.frames()) + 2)  # one may have been drawn for the old size
        plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", frame).decode()
        self.assertEqual([], [line for line in plain.splitlines()[1:] if len(line) > 30])
        # What clears a line comes before it: behind one as wide as the terminal it would clear the last letter.
        self.assertEqual([], [line for line in frame.split(b"\r\n") if not re.match(rb"\x1b\[[KJ]", line)
                              or re.search(rb"[^\n]\x1b\[[KJ]", line)])
        self.quits(screen)

    def test_a_list_that_is_cut_or_empty_says_so(self):
        screen = Screen(self.environment, lines=5)
        frame = screen.until(b"more")
        self.assertNotIn(b"--limit", frame)
        self.quits(screen)
        screen = Screen(self.environment, "--label", "n o", "--open")
        screen.until(b"no tickets like that", b"mc-ticket list --open --label 'n o'; q ends")
        self.quits(screen)

    def test_one_ticket_and_filters(self):
        screen = Screen(self.environment, "MC-2", lines=40)
        screen.until(b"MC-2", b"two")
        self.quits(screen)
        screen = Screen(self.environment, "--search", "thr")
        self.assertEqual(KEYS.findall(screen.until(b"MC-3", b"mc-ticket list --search thr; q ends")), [b"MC-3"])
        self.quits(screen)

    def test_a_long_ticket_goes_through_no_pager(self):
        left = os.path.join(self.folder, "left")
        pager = os.path.join(self.folder, "pager")
        with open(pager, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ntouch {left}\n")
        os.chmod(pager, 0o755)
        self.run_ticket("note", "MC-2", "\n".join(str(i) for i in range(50)))
        screen = Screen({**self.environment, "PAGER": pager}, "MC-2", lines=10)
        screen.until(b"MC-2", b"next ")
        self.quits(screen)
        self.assertFalse(os.path.exists(left))

    def test_a_board_that_is_gone_for_a_moment(self):
        screen = Screen(self.environment)
        screen.until(b"MC-3")
        os.rename(self.board, self.board + ".away")
        screen.until(b"no board at", b"MC-3")
        os.rename(self.board + ".away", self.board)
        self.run_ticket("add", "four")
        self.assertNotIn(b"no board", screen.until(b"MC-4"))
        self.quits(screen)

    def test_it_holds_nothing_between_two_looks(self):
        screen = Screen(self.environment)
        screen.until(b"MC-3")
        end = time.monotonic() + PATIENCE
        while self.held(screen.pid) and time.monotonic() < end:
            time.sleep(0.05)  # it may look at this very moment
        self.assertEqual(self.held(screen.pid), [])
        self.quits(screen)

    def held(self, pid):
        """Files of the board that it has open, and what keeps others from it."""
        names = []
        for one in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                names.append(os.path.basename(os.readlink(one.path)))
        with contextlib.closing(sqlite3.connect(self.board, timeout=0)) as db:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return [name for name in names if name.startswith("board.db")] + ["the log"] * busy

    def test_a_frame_is_one_write(self):
        """Nobody sees half of one."""
        trace = os.path.join(self.folder, "trace")
        screen = Screen(self.environment, command=("strace", "-o", trace, "-e", "trace=write", *WATCH))
        screen.until(b"MC-3", count=2)
        self.quits(screen)
        with open(trace, encoding="utf-8") as file:
            frames = [line for line in file if "write(1, " in line]
        self.assertGreaterEqual(len(frames), 4)  # begin, two frames, end
        for line in frames[1:-1]:
            self.assertIn(r'write(1, "\33[H', line)

    def test_where_it_cannot_draw(self):
        for environment in (self.environment, {**self.environment, "TERM": "dumb"}):
            done = subprocess.run([TICKET, "watch"], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                                  check=False)
            self.assertEqual(done.returncode, 64)
            self.assertEqual(done.stdout, b"")
            self.assertEqual(done.stderr.count(b"\n"), 1)
            self.assertIn(b"mc-ticket list", done.stderr)
        for arguments, words in ((("--every", "0"), b"--every 0"), (("--every", "x"), b"--every x"),
                                 (("--status", "x"), b"--status x"), (("MC-9",), b"MC-9: no such ticket"),
                                 (("MC-1", "--open"), b"filters are for the list"), (("--json",), b"list --json")):
            screen = Screen(self.environment, *arguments, command=(TICKET, "watch"))
            status = os.waitstatus_to_exitcode(screen.end())
            self.assertEqual(status, 66 if b"MC-9" in words else 64, arguments)
            self.assertIn(words, screen.out)
            self.assertNotIn(BEGIN, screen.out)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
