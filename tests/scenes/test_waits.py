#!/usr/bin/env python3
"""What keeps a ticket waiting, as a pickup, a dry run, the list, the page, health and the doctor say it; and what a terminal
is shown."""
import fcntl
import json
import os
import pty
import select
import struct
import termios

from stage import BIN, Scene, main


def breaker(until, **more):
    return json.dumps({"failures": 3, "openings": 1, "open_until": until, "trial": 0, "told": 0, "class": "no_agent",
                       "detail": "none-such was not found", "next": "install it", "tickets": [{"ticket": 1, "failures": 3}], **more})


class Waiting(Scene):
    name = "waiting"
    deaf = True

    def play(self):
        self.demo = ("--hold", self.path("go"))
        self.configure()
        self.ticket("add", "Ticket", look=False)
        self.ticket("add", "Another", look=False)
        for thing in "profile:demo", "endpoint", "machine", "workspace:default":
            for value in (breaker(self.now + 600000), breaker(self.now + 600000, told=1, openings=3), breaker(self.now - 1, trial=self.now),
                          breaker(0, openings=0, failures=2), breaker(self.now + 86400000, **{"class": "login", "detail": "", "next": ""})):
                self.sql("INSERT INTO settings VALUES(?,?)", f"breaker:{thing}", value)
                self.look_quietly()
                self.tell("# ", f"{thing} {value}")
                self.looks()
                self.sql("UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL WHERE status='in_progress'")
                self.clear()
        self.strange()
        self.resting()

    def clear(self):
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%'")
        self.look_quietly()

    def looks(self):
        self.tickets("breaker", "breaker --json", "list", "health", "show MC-1")
        self.ticket("doctor", fresh=True, look=False)
        self.pickup("--dry-run", look=False)
        self.pickup("--dry-run", "--ticket", "MC-1", "--json", look=False)

    def strange(self):
        for change in ("profile='nobody'", "workspace='nowhere'", "next_attempt_at=2000000600000", "waits=1"):
            self.change(f"UPDATE tickets SET {change}")
            self.tickets("list", "list --order next", "health", "show MC-1")
            self.pickup("-v")
            self.pickup("-v")
            self.pickup("--dry-run")
            self.pickup("--ticket", "MC-2", "--json")
            self.change("UPDATE tickets SET profile=NULL,workspace=NULL,next_attempt_at=NULL,waits=0")
        self.write("config.json", json.dumps({"host": "here"}))
        self.pickup("-v")
        self.pickup("--ticket", "MC-1")
        self.ticket("add", "Without a profile")
        self.configure()

    def resting(self):
        """Too many live, and none that could make room."""
        self.configure(max_live=1)
        self.pickup("-q", look=False)
        self.settle()
        self.look()
        self.ticket("list")
        self.pickup("-v")
        self.pickup("--ticket", "MC-2", "--json")
        self.pickup("--dry-run")
        self.change("UPDATE tickets SET status='needs_input' WHERE id=1")
        self.change("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL")
        self.ticket("note", "MC-1", "Not read yet.")
        self.pickup("-v")
        self.pickup("--ticket", "MC-2", "--json")
        self.pickup("--dry-run")
        self.tickets("list", "show MC-2", "show MC-1", "runtimes", "hosts", "hosts --json", "page -o -")


class Terminal(Scene):
    """Colours, columns, the pager, the editor: on a terminal of 80 columns and 24 lines."""

    name = "terminal"

    def play(self):
        for number in range(1, 9):
            self.ticket("add", f"A ticket with a title that is rather long and has {number} in it", "--body", "line\n" * 12, look=False)
        for number, status in enumerate(("inbox", "in_progress", "in_review", "needs_input", "blocked", "done", "cancelled"), 1):
            self.sql("UPDATE tickets SET status=?,failure_reason='because' WHERE id=?", status, number)
        self.look_quietly()
        for line in ("list", "list --json", "show MC-1", "show MC-1 MC-2", "health", "breaker", "runtimes", "pool", "add --help",
                     "reply MC-1", "diff MC-1", "none"):
            self.on_terminal("mc-ticket", *line.split(" "))
        self.on_terminal("mc-ticket", "show", "MC-1", PAGER="cat")
        self.on_terminal("mc-ticket", "show", "MC-1", PAGER="sed s/line/paged/")
        self.on_terminal("mc-ticket", "show", "MC-1", "--no-pager", PAGER="false")
        self.on_terminal("mc-ticket", "show", "MC-1", PAGER="none-such")
        self.on_terminal("mc-ticket", "show", "MC-1", PAGER="false")
        self.on_terminal("mc-ticket", "list", NO_COLOR="1")
        self.on_terminal("mc-ticket", "list", TERM="dumb")
        self.write("bin/edit", "#!/bin/sh\ncat $1 >&2\nprintf 'New title\\n\\nNew body\\n' >$1\n", 0o700)
        for editor in "edit", "true", "false", "none-such", "edit -x", "sh -c 'kill -9 $$'":
            self.on_terminal("mc-ticket", "edit", "MC-8", EDITOR=editor)
        self.on_terminal("mc-ticket", "edit", "MC-8", VISUAL="true", EDITOR="false")
        self.on_terminal("mc-ticket", "attach", "MC-1")
        self.on_terminal("mc-ticket", "send", "MC-8")
        self.on_terminal("mc-pickup", "--dry-run")
        self.on_terminal("mc-pickup", "--heal-only")
        self.look()

    def on_terminal(self, program, *words, **more):
        extra = "".join(f"{name}={value} " for name, value in more.items())
        self.tell("$ ", f"{extra}{program} {' '.join(words)}")
        pid, master = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            os.chdir(self.home)
            os.execve(os.path.join(BIN, program), [program, *words], {**self.environment, "TERM": "xterm-256color", "PAGER": "head -3", **more})
        said = b""
        while select.select([master], [], [], 60)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(master)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.tell("  ", said.decode("utf-8", "backslashreplace").replace("\033", "^[").replace("\r\n", "\n").rstrip("\n"))
        if status:
            self.tell("= ", str(status))
        self.look()
        self.compare(self.lines)


if __name__ == "__main__":
    main()
