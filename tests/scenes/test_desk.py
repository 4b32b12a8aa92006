#!/usr/bin/env python3
"""What people do at their desk, with no agent at work: every command on a board of many kinds of tickets."""
from stage import Scene, main


class Adding(Scene):
    """Tickets come in, by each way, and what is refused."""

    name = "adding"
    config = {"profiles": {}, "workspaces": {"api": {"repo": "/none/api"}, "web": {"repo": "/none/web"}}}

    def play(self):
        self.ticket("add", "Mend the gate", "--workspace", "api")
        self.ticket("add", "  Paint\tthe \u200bfence ", "--workspace", "web", "--body", "Green.\nTwice.", "--priority", "high",
                    "--profile", "demo", "--label", "paint", "--label", "out", "--label", "paint", "--after", "MC-1",
                    "--inbox", "--by", "ada", "--dedupe-key", "fence", "--json")
        self.ticket("add", "Again", "--dedupe-key", "fence", "--workspace", "web")
        self.ticket("add", "Again", "--dedupe-key", "fence", "--workspace", "web", "--json")
        self.ticket("add", "From a file", "--body-file", "-", "--workspace", "api", "--request-id", "r1", input=b"One.\nTwo.\n")
        self.ticket("add", "From a file", "--body-file", "-", "--workspace", "api", "--request-id", "r1", input=b"One.\nTwo.\n")
        self.ticket("add", "Other words", "--workspace", "api", "--request-id", "r1")
        self.ticket("add", "Waits for ever", "--workspace", "web", "--after", "MC-1", "--after", "MC-3")
        self.ticket("cancel", "MC-3", "--by", "bob")
        self.ticket("add", "For ever", "--workspace", "web", "--after", "MC-3")
        self.refused()
        self.importing()
        self.editing()

    def refused(self):
        web = ["--workspace", "web"]
        self.write("long", "x" * 1000001)
        self.write("none", "a\0b")
        for words in (["x"], ["x", "--workspace", "none"], ["", *web], ["a\nb", *web], ["x" * 1001, *web],
                      ["x", *web, "--priority", "urgent"], ["x", *web, "--profile", "none"], ["x", *web, "--label", "a,b"],
                      ["x", *web, "--label", ""], ["x", *web, "--after", "MC-99"], ["x", *web, "--after", "none"],
                      ["x", *web, "--dedupe-key", ""], ["x", *web, "--body-file", "long"], ["x", *web, "--body-file", "none"],
                      ["x", *web, "--body-file", "missing"], ["x", *web, "--body", "a", "--body-file", "-"],
                      ["x", *web, "--inbox", "--todo"], ["x", *web, "--request-id", ""], ["x", *web, "--by", "a\nb"], ["x", "y"], []):
            self.ticket("add", *words)

    def importing(self):
        lines = ['{"title":"Imported","body":"b","labels":["l"],"priority":"low","status":"inbox","workspace":"web",'
                 '"dedupe_key":"k1","after":["MC-1"]}', '{"title":"Second","dedupe_key":"k1"}', '{"title":"Third"}']
        self.ticket("import", "-", "--workspace", "api", "--label", "from", "--dry-run", input="\n".join(lines).encode())
        self.ticket("import", "--workspace", "api", "--label", "from", "--priority", "high", "--profile", "demo",
                    "--inbox", "--by", "eve", "--json", "--request-id", "i1", input="\n".join(lines).encode())
        self.ticket("import", "--workspace", "api", "--request-id", "i1", input="\n".join(lines).encode())
        for text in ('{"title":"x"}\n{"title":1}', "{", "[]", '{"title":"x","status":"done"}', '{"title":"x","after":["MC-77"]}',
                     '{"title":"x","unknown":1}', "", '{"body":"b"}', '{"title":"x","priority":"none"}'):
            self.ticket("import", "--workspace", "api", input=text.encode())
        self.ticket("import", "missing")
        self.ticket("export", "-o", "export.jsonl", look=False)
        self.ticket("export", look=False)
        self.ticket("export", "--json", look=False)
        self.ticket("import", "--restore", "export.jsonl")
        self.ticket("import", "--restore", "--dry-run", "export.jsonl")

    def editing(self):
        self.ticket("edit", "MC-1", "--title", "Mend the door", "--body", "Oil.", "--priority", "critical", "--label", "a",
                    "--label", "b", "--by", "ada")
        self.ticket("edit", "MC-1", "--no-label", "a", "--body", "", "--workspace", "web", "--profile", "demo", "--json")
        self.ticket("edit", "MC-1", "--profile", "", "--workspace", "")
        self.ticket("edit", "MC-2", "--no-after", "MC-1", "--after", "MC-4")
        self.ticket("edit", "MC-4", "--after", "MC-2")
        for words in (["MC-3", "--title", "x"], ["MC-1"], ["MC-1", "--no-label", "none"], ["MC-1", "--no-after", "MC-2"],
                      ["MC-1", "--title", ""], ["MC-1", "--after", "MC-1"], ["MC-1", "--after", "MC-88"],
                      ["MC-1", "--priority", "x"], ["MC-99", "--title", "x"], ["MC-1", "--title", "Mend the door"],
                      ["MC-1", "--profile", "none"], ["MC-1", "--workspace", "none"], ["none", "--title", "x"]):
            self.ticket("edit", *words)
        self.write("bin/editor", "#!/bin/sh\nprintf 'New title\\n\\nNew body\\n' >$1\n", 0o700)
        self.ticket("edit", "MC-1", env={"EDITOR": "editor"})


class Moving(Scene):
    """Each move from each status, the words that people say, and what looks on all of it."""

    name = "moving"

    def play(self):
        statuses = "inbox", "todo", "in_review", "needs_input", "blocked", "done", "cancelled"
        for status in statuses:
            self.ticket("add", f"It is {status}", look=False)
        self.ticket("add", "It waits", "--after", "MC-2", look=False)
        self.look()
        moves = ["promote"], ["approve"], ["reject", "Again."], ["answer", "Yes."], ["block", "No time."], ["reopen"], ["cancel"], ["retry"]
        for number, (verb, *text) in enumerate(moves):
            self.later(60)
            for n, status in enumerate(statuses, 1):
                self.sql("UPDATE tickets SET status=?,failure_reason='why',attempts=2,next_attempt_at=? WHERE id=?", status,
                         self.now + 1000, n)
            self.look_quietly()
            keys = [f"MC-{n}" for n in range(1, 8)]
            self.ticket(verb, *keys, *text, "--by", "ada", *(["--json"] if number % 2 else []))
        self.words()
        self.reading()

    def words(self):
        self.ticket("note", "MC-1", "MC-2", "Remember it.")
        self.ticket("note", "MC-6", "Too late.")
        self.ticket("send", "MC-2", "Now.")
        self.ticket("send", "MC-2", "Later.", "--queue", "--by", "ada", "--json")
        self.ticket("send", "MC-7", "Never.", "--queue")
        self.ticket("send", "MC-2")
        self.ticket("send", "MC-2", "x", "--wait", "none")
        self.ticket("reply", "MC-2")
        for words in (["reject", "MC-3"], ["answer", "MC-4", "MC-5"], ["approve", "x", "MC-1"], ["approve", "MC-1", "MC-99"],
                      ["approve"], ["block", "MC-2", "a\nb"], ["note", "MC-2", ""], ["reject", "MC-3", "--body-file", "-"]):
            self.ticket(*words)
        self.ticket("pause", "Lunch.", "--by", "ada")
        self.ticket("pause", "Longer.", "--json")
        self.ticket("health")
        self.pickup("-v")
        self.ticket("resume", "--json")
        self.ticket("resume")
        self.ticket("breaker")
        self.ticket("breaker", "close")
        self.ticket("breaker", "close", "none", "--json")
        self.ticket("breaker", "open")

    def reading(self):
        self.tickets("list", "list --json", "list --open", "list --status todo --status done", "list --search is --limit 2",
                     "list --order next", "list --order next --json", "list --limit 0", "list --label none", "list --status x",
                     "list --limit x", "show MC-1", "show MC-2 --json", "show MC-3 MC-4 --limit 1", "show MC-99", "show x",
                     "show MC-1 --limit 0 --json", "runtimes", "runtimes --json", "pool", "pool --json", "pool release pool-1",
                     "hosts", "hosts --json", "hosts retire x", "health", "health --json", "health --metrics",
                     "screen MC-1", "screen MC-1 --json", "attach MC-1", "attach MC-1 --print", "log MC-1", "log MC-1 --json",
                     "diff MC-1", "diff MC-1 --stat", "reply MC-1", "reply MC-1 --json", "page -o -",
                     "signal DONE x", "turn-event demo {}", "breaker --json")


class Words(Scene):
    """What the command line refuses, and what help says."""

    name = "words"

    def play(self):
        self.tickets("", "none", "--none", "list --json=1", "list --status", "lst", "show", "add", "--help", "--version")
        for verb in ("list watch show page health diff log screen attach add edit retry promote approve reject answer block "
                     "reopen cancel send note reply init doctor pause resume breaker hosts pool runtimes import export signal "
                     "turn-event complete").split():
            self.ticket(verb, "--help", look=False)
        for words in ("--help", "--version", "--none", "x", "--ticket", "--ticket none", "--ticket MC-9", "--config", "-v -q"):
            self.pickup(*words.split())
        for words in ("mc-ticket l", "mc-ticket show MC-", "mc-ticket list --status d", "mc-ticket add x --pr", "mc-pickup --t",
                      "mc-ticket breaker close ", "mc-ticket list --priority h", "mc-ticket show M"):
            self.ticket("complete", *words.split(" "), look=False)
        for config in ("{", "[]", '{"x":1}', '{"max_running":0}', '{"profile":"none"}', '{"host":"' + "x" * 65 + '"}'):
            self.write("config.json", config)
            self.ticket("list")
            self.pickup("-v")
            self.pickup("--json")
        self.write("config.json", "{}", 0o666)
        self.pickup("--json")
        self.write("config.json", "{}")
        for change in ("rm", "garbage", "mode"):
            if change == "rm":
                self.run_quietly("mv", self.board, self.path("aside"))
            elif change == "garbage":
                self.write("state/board.db", "garbage\n" * 100)
            else:
                self.run_quietly("cp", self.path("aside"), self.board)
                self.run_quietly("chmod", "666", self.board)
            self.ticket("list")
            self.ticket("add", "x", "--json")
            self.pickup("--json")
            self.pickup()


if __name__ == "__main__":
    main()
