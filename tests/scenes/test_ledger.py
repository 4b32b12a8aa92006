#!/usr/bin/env python3
"""Boards as lines: exported, archived, put back; and each line that is refused."""
import json
import os

from stage import Scene, main


class Ledger(Scene):
    name = "ledger"

    def play(self):
        self.labels.hide(r"(?<=\"elapsed_ms\":)\d+", "*")
        for number in range(1, 4):
            self.ticket("add", f"Ticket {number}", "--label", "a", *(["--after", f"MC-{number - 1}"] if number > 1 else []), look=False)
        self.ticket("note", "MC-1", "A note.", look=False)
        self.ticket("cancel", "MC-3", look=False)
        self.ticket("add", "Odd \u00e9\u4e2d", "--dedupe-key", "k", "--request-id", "r", look=False)
        self.ticket("export", "-o", "all.jsonl")
        self.ticket("export", "-o", self.board)
        self.ticket("export", "-o", "none/x")
        self.ticket("export", "-o", "")
        self.ticket("export", "-o", "plain", "--json")
        self.ticket("import", "--restore", "all.jsonl")
        os.rename(self.board, self.path("first.db"))
        for name in ("board.db-wal", "board.db-shm"):
            if os.path.exists(self.path("state", name)):
                os.unlink(self.path("state", name))
        self.ticket("init", look=False)
        self.look_quietly()
        with open(self.path("all.jsonl"), encoding="utf-8") as file:
            self.all = file.read().splitlines()
        self.ill()
        self.ticket("import", "--restore", "all.jsonl", "--dry-run")
        self.ticket("import", "--restore", "all.jsonl", "--json")
        self.ticket("list")
        self.ticket("export", look=False)

    def restore(self, lines, *words):
        self.write("some.jsonl", "".join(line + "\n" for line in lines))
        self.ticket("import", "--restore", "some.jsonl", *words, look=False)
        self.look_quietly()

    def ill(self):
        head, rest = self.all[0].replace('"mc_export":2', '"mc_export":1'), self.all[1:-1]  # parts of one that had no end
        ticket = next(number for number, line in enumerate(rest) if "ticket" in json.loads(line))

        def with_(change):
            one = json.loads(rest[ticket])
            change(one)
            return [head, *rest[:ticket], json.dumps(one), *rest[ticket + 1:]]

        def set_(member, **values):
            def change(one):
                row = one[member] if isinstance(one[member], dict) else one[member][0]
                row.update(values)
            return change
        for lines in ([], ["{"], ["[]"], ["{}"], ["null"], [head], [head, head], rest, [head, "{"], [head, *rest[:-1], rest[-1][:-9]],
                      [head.replace('"schema":', '"schema":9')], [head.replace("}", ',"x":1}', 1)], [head, *rest, rest[ticket]],
                      with_(lambda one: one.update(ticket=[])), with_(lambda one: one.update(activity={})),
                      with_(lambda one: one.update(activity=[1])), with_(lambda one: one.update(needs=[{}])),
                      with_(lambda one: one.update(needs=[{"needs_id": one["ticket"]["id"]}])), with_(lambda one: one.pop("ticket")),
                      with_(lambda one: one.update(none=1)), with_(set_("ticket", id=0)), with_(set_("ticket", id="x")),
                      with_(set_("ticket", id=10**16)), with_(set_("ticket", title=None)), with_(set_("ticket", status="none")),
                      with_(set_("ticket", none="x")), with_(set_("ticket", title=1.5)), with_(set_("ticket", title={"hex": "zz"})),
                      with_(set_("ticket", title={"hex": "c3a"})), with_(set_("ticket", title={"hex": "00"})),
                      with_(set_("ticket", title={"hex": "616263", "x": 1})), with_(set_("activity", id=0)),
                      with_(set_("activity", kind=None)), with_(lambda one: one.update(runs=[{"run_id": "x"}])),
                      with_(lambda one: one.update(runtime={"session_key": "x", "pane_log_path": "/etc/passwd"})),
                      with_(lambda one: one.update(setting={"key": "x", "value": "y"}))):
            self.restore(lines, "--dry-run")
        self.restore([head, '{"setting":{"key":"x"}}'])
        self.restore([head, '{"setting":{"key":"x","value":"y"}}', '{"slot":{"slot":"pool-1"}}'])
        self.restore([head, '{"request":{"id":"x","answer":"y"}}', '{"notice":{"id":1}}', '{"archived":{"dedupe_key":"z"}}'])
        self.restore([rest[ticket]])


class Archive(Scene):
    """What is long over goes, and comes back."""

    name = "archive"
    config = {"retention": {"closed_days": 2, "runs_days": 1}}

    def prepare(self):
        self.run_quietly("mc-ticket", "init")
        for number, status in enumerate(("done", "cancelled", "done", "done", "in_review", "todo"), 1):
            run = f"{number:032x}"
            self.run_quietly("mc-ticket", "add", f"Ticket {number}", "--dedupe-key", f"key {number}", "--body", "Do it.",
                             *(["--after", "MC-1"] if number == 3 else []))
            self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)VALUES(?,?,1,'here',?,?,'delivered')",
                     run, number, self.now, self.now)
            self.sql("INSERT INTO ticket_messages(ticket_id,author,status,run_id,created_at,body)VALUES(?,'bob','sent',?,1,'hello')",
                     number, run)
            self.sql("INSERT INTO ticket_activity(ticket_id,run_id,kind,created_at,body)VALUES(?,?,'signal',1,'done')", number, run)
            self.sql("INSERT INTO effects(run_id,kind,state,at)VALUES(?,'spawn','done',1)", run)
            self.sql("UPDATE tickets SET status=? WHERE id=?", status, number)
            self.write(f"state/run/{run}/reply-1.md", "A reply.\n")
        self.sql("INSERT INTO settings VALUES('paused','{}')")
        self.write("state/run/.gone-0123456789abcdef/left", "by one that was killed")
        self.write(f"state/run/{'9' * 32}", "a file")
        self.write("state/run/none/of-ours", "a file")
        self.write("state/work/MC-1/.mc-pickup/prompt", "handed out")
        self.write("state/work/MC-3/theirs", "a file")
        self.write("state/work/MC-none/theirs", "a file")
        self.write("state/last-keeping", f"{self.now} 1 0 believed\n")
        os.utime(self.path("state", "last-keeping"), (1, 1))

    def play(self):
        self.keep(0)
        self.keep(1.5)
        self.write("state/archive", "in the way")
        self.keep(1.5)
        os.unlink(self.path("state", "archive"))
        self.keep(1)
        self.keep(1)
        self.tickets("list", "show MC-1", "health --json", "log MC-5")
        self.ticket("add", "Worked", "--dedupe-key", "key 1")
        archive = self.path("state", "archive", os.listdir(self.path("state", "archive"))[0])
        self.ticket("import", "--restore", "--dry-run", archive)
        self.ticket("import", "--restore", archive, "--json")
        self.ticket("import", "--restore", archive)
        with open(archive, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        for change in {"status": "todo"}, {"id": 10**15}, {"id": 5}, {"title": "Another"}:
            self.write("other.jsonl", json.dumps({**lines[0], "ticket": {**lines[0]["ticket"], **change}}) + "\n")
            self.ticket("import", "--restore", "other.jsonl", look=False)
            self.ticket("import", "--restore", "other.jsonl", "--dry-run", look=False)
        self.tickets("list", "show MC-1", "show MC-3")

    def keep(self, days):
        self.later(days * 86400)
        self.pickup("-v")


class Well(Scene):
    """What health, the page and the doctor say of what needs somebody."""

    name = "well"
    config = {"wait_warn_s": 3600, "cron_interval_s": 60}

    def play(self):
        for number, (status, why) in enumerate((("todo", None), ("in_review", "look"), ("needs_input", "which?"), ("blocked", "no"),
                                                ("inbox", None), ("done", None), ("cancelled", None), ("todo", None), ("todo", None)), 1):
            self.ticket("add", f"Ticket {number} <b>", "--body", "Body & \u00e9", "--label", "l1", "--label", "l2",
                        "--priority", ("critical", "high", "medium", "low")[number % 4], look=False)
            self.sql("UPDATE tickets SET status=?,failure_reason=?,result=? WHERE id=?", status, why, why and "result " + why, number)
        self.sql("INSERT INTO ticket_needs VALUES(8,7),(9,4),(1,5)")
        self.ticket("health")
        self.pickup("-v", "--dry-run")
        self.later(7200)
        for number, day in enumerate((0, 1, 1, 5, 13, 14, 20)):
            at = self.now - day * 86400000
            run = f"{number:032x}"
            self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,class,detail)VALUES(?,?,?,'here',?,?,?,?,?)",
                     run, 1 + number % 4, number + 1, at, at + 60000, ("delivered", "failed", "stopped")[number % 3],
                     (None, "worker_died", None)[number % 3], f"detail {number}")
            self.sql("INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES(?,?,'mc-pickup','sent',?,?)",
                     1 + number % 4, run, f"turn {number}", at)
        self.change("INSERT INTO settings VALUES('paused',?)", json.dumps({"at": self.now - 60000, "by": "ada", "reason": "Lunch."}))
        self.tickets("health", "health --json", "health --metrics", "list", "page -o -", "page -o - --limit 2")
        self.ticket("health", "--metrics", "-o", "metrics.txt")
        self.ticket("health", "--metrics", "-o", "none/metrics.txt")
        self.ticket("page", "-o", "page.html")
        for place in (self.board, "config.json", "none/page.html", ".", ""):
            self.ticket("page", "-o", place)
        self.later(86400)
        self.tickets("health", *(f"show MC-{number}" for number in range(1, 10)), "list --json", "page -o -")


if __name__ == "__main__":
    main()
