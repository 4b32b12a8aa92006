#!/usr/bin/env python3
"""A session of the name that an agent is to be started in: what it is found to be, and what becomes of the start."""
from acted import Stepped
from stage import TMUX, main

FORMER = "00112233445566778899aabbccddeeff"  # a run


class Squat(Stepped):
    """Somebody is always there first."""

    name = "squat"
    deaf = True
    tables = ("tickets", "runs", "runtime_sessions", "ticket_activity")
    demo = ("--hold", "/none")

    def prepare(self):
        self.put_before("tmux", TMUX)
        self.hide_pauses()
        self.setting = {"linger_s": 0, "max_running": 50, "retry": {"backoff_s": 0, "max_attempts": 3},
                        "path": [self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"]}
        self.configure(**self.setting)

    def play(self):
        self.board_name = self.sql("SELECT value FROM settings WHERE key='board'")[0][0]
        kills = self.call("kill-session", "-t", "=mc-MC-{}")
        self.starts("it does not say whose", "new-session", self.comes(), "list-panes", "exit 1")
        self.starts("it goes", "new-session", self.comes(), "list-panes", kills)
        self.starts("it comes back", *("new-session", self.comes(), "list-panes", kills) * 4)
        self.starts("of a run that has ended", "new-session", self.comes(FORMER), ended=1)
        self.starts("of one that has ended, and may stay", "new-session", self.comes(FORMER), "list-panes", "", "list-panes", "exit 1", ended=1)
        self.starts("of one under way, and the ticket is taken", "new-session", self.comes(FORMER), "list-panes", self.stays, meanwhile=self.is_taken)

    def call(self, *words):
        return f"{TMUX} -S {self.socket} {' '.join(words)}; "

    def comes(self, run=None):
        """A session of that name, with a run's tags."""
        tags = {"@mc_run": run, "@mc_ticket": "MC-{}", "@mc_board": self.board_name, "@mc_pane": f"{run}-{self.board_name}"}
        return self.call("-f /dev/null new-session -d -s mc-MC-{} -x 80 -y 24 -- sleep 1000",
                         *[f"\\; set-option {'-p' if name == '@mc_pane' else ''} {name} {value}" for name, value in tags.items() if run])

    def is_taken(self):
        """From its run, by somebody's hand."""
        self.sql("UPDATE runtime_sessions SET run_id='x' WHERE status='spawning'")

    def starts(self, what, *acts, ended=None, meanwhile=None):
        self.tell("# ", what)
        self.run_quietly("mc-ticket", "add", "Ticket")
        number = self.last()
        if FORMER in acts[1]:
            self.sql("DELETE FROM runs WHERE run_id=?", FORMER)
            self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at)VALUES(?,?,1,'here',1,?)", FORMER, number, ended)
        self.look_quietly()
        self.acts(*(act.replace("{}", str(number)) for act in acts))
        self.pickup("-v", look=False, meanwhile=self.while_it_stays(meanwhile))
        self.look_rows()
        self.compare(self.lines)
        self.acts()
        self.end_tmux("kill-session", "-t", f"=mc-MC-{number}")
        self.over(number, ("mc-ticket", "breaker", "close"))


if __name__ == "__main__":
    main()
