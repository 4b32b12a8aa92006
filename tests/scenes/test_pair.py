#!/usr/bin/env python3
"""Two agents at once, what is said to each, who looks at their terminals, and what stands in the way of a message."""
import fcntl
import os
import pty
import struct
import termios
import threading

from acted import Acted
from stage import main, until


class Pair(Acted):
    name = "pair"

    def play(self):
        self.on("pasted", "busy")
        self.pair = []
        for _ in range(2):
            self.begin()
            self.pair.append((self.number, self.run_id))
        busy = "claude-120-busy-tool"  # the board tells no order of two that have both ended
        for screens in (("claude-120-done-plain", busy), (busy, "claude-120-question-list"), ("claude-120-question-permission", busy),
                        (busy, "codex-100-error-401"), ("claude-120-no-word", busy)):
            self.ends(*screens)
        self.spoken_to()
        self.hindered()
        self.visited()
        self.moved_on()

    def each(self, act, *of):
        for (self.number, self.run_id), one in zip(self.pair, of):
            act(one)

    def ends(self, *screens):
        self.tell("# ", " ".join(screens))
        self.each(lambda name: (self.again(profile=name.split("-")[0]), self.show(name)), *screens)
        self.pickup("--json")

    def spoken_to(self):
        ready = "claude-120-ready"
        for screens in (ready, ready), ("claude-120-busy", ready):
            self.each(self.waits, *screens)
            self.pickup("--dry-run")
            self.pickup("-v")
        self.each(lambda name: self.waits(name, "in_review", ("send", "--queue")), ready, ready)
        self.pickup("-v")

    def hindered(self):
        """By what somebody's hand has changed, and by what is broken."""
        self.number, self.run_id = self.pair[0]
        ready = "claude-120-ready"
        self.waits(ready)
        self.change("UPDATE runtime_sessions SET profile='nobody' WHERE ticket_id=?", self.number)
        self.pickup("--json")
        for until_ms in self.now + 600000, self.now - 1:
            self.waits(ready)
            self.change("INSERT INTO settings VALUES('breaker:profile:claude',?)", f'{{"failures":3,"openings":1,"open_until":{until_ms},'
                        '"trial":0,"told":1,"class":"no_agent","detail":"d","next":"n","tickets":[{"ticket":1,"failures":3}]}')
            self.change("UPDATE ticket_messages SET purpose='nudge'")
            self.pickup("--dry-run")
            self.pickup("-v")

    def visited(self):
        """Its pane is in copy mode, by nobody's wish and by somebody's."""
        self.waits("claude-120-ready")
        self.tmux("copy-mode", "-t", self.pane())
        self.pickup("-v")
        self.attach()
        self.waits("claude-120-ready")
        self.tmux("copy-mode", "-t", self.pane())
        self.pickup("-v")
        self.again("needs_input", "idle")
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.tmux("detach-client", "-s", f"=mc-MC-{self.number}")

    def moved_on(self):
        """Its ticket is another run's, or nobody's."""
        for change in "status='in_review',run_id='x'", "status='blocked',run_id=NULL":
            self.waits("claude-120-ready")
            self.change(f"UPDATE tickets SET {change} WHERE id=?", self.number)
            self.pickup("--json")
            self.sql("UPDATE tickets SET run_id=? WHERE id=?", self.run_id, self.number)
        self.number, self.run_id = self.pair[1]
        self.change("UPDATE tickets SET status='done' WHERE id=?", self.number)
        self.pickup("--json")

    def attach(self):
        pid, master = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 51, 120, 0, 0))
            os.execvpe("tmux", ["tmux", "-S", self.socket, "attach", "-t", f"=mc-MC-{self.number}"], {**self.environment, "TERM": "xterm"})
        threading.Thread(target=drain, args=(master,), daemon=True).start()
        until(lambda: self.tmux("list-clients"), "a client")


def drain(master):
    try:
        while os.read(master, 65536):
            pass
    except OSError:
        os.close(master)


if __name__ == "__main__":
    main()
