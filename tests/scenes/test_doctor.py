#!/usr/bin/env python3
"""What mc-ticket doctor says of each thing that would make a pickup fail, one ill at a time."""
import os
import shutil
import socket
import subprocess
import threading

from stage import Scene, main


class Doctor(Scene):
    """Around a board on which there is little: its configuration, what calls it, programs, profiles, repositories."""

    name = "doctor"

    def prepare(self):
        self.labels.hide(r"clock 20(?!33)[-\d]+ [:\d]+", "clock <now>")
        # with cron's PATH this machine is asked
        self.labels.hide(r"(?<=-m 700 /T/\.local/state/mc-pickup\n)warn  called by.*", "warn  called by <whom>")
        self.labels.hide(rf"(?<=linger )\b{os.geteuid()}\b", "<user>")
        os.mkdir(self.path("bin"))
        shutil.copy("/bin/sleep", self.path("bin", "cron"))
        cron = subprocess.Popen([self.path("bin", "cron"), "600"], env={"HOME": self.home})
        self.addCleanup(cron.wait)
        self.addCleanup(cron.kill)
        self.cron()
        self.tool("systemctl", "exit 1")
        self.tool("loginctl", "echo no")
        self.git("init", "-q", "-b", "main", "repo")
        self.git("-C", "repo", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "one")

    def git(self, *words):
        self.run_quietly("git", *words)

    def tool(self, name, script):
        self.write("bin/" + name, f"#!/bin/sh\n{script}\n", 0o755)

    def cron(self, *lines):
        if not lines:
            lines = [f"* * * * * {self.program('mc-pickup')} --config {self.path('config.json')} --db {self.board}"]
        self.write("table", "\n".join(lines) + "\n")
        self.tool("crontab", f"cat {self.path('table')}")

    def program(self, name):
        return os.path.join(os.environ["MC_BIN"], name)

    def doctor(self, *words, **options):
        self.ticket("doctor", *words, fresh=True, look=False, **options)

    def ill(self, **keys):
        self.configure(**keys)
        self.doctor()

    def play(self):
        self.doctor()
        self.pickup()
        self.doctor("--json")
        self.before = []
        self.doctor()
        self.later(600)
        self.doctor()
        self.callers()
        self.configurations()
        self.profiles()
        self.workspaces()
        self.places()
        self.terminals()
        self.sending()
        self.notifying()
        self.boards()

    def callers(self):
        for line in ("0 * * * * /BIN/mc-pickup", "* * * * * mc-pickup", "*/30 * * * * {} --config /none", "* * * * * {}",
                     "*/5 * * * * {0} --config {1} --db {2}", "* * * * * {0} --config {1} --db {2}x", "* * * * * cd / && {0} $X", "x y z"):
            self.cron(line.format(self.program("mc-pickup"), self.path("config.json"), self.board))
            self.doctor()
        self.tool("crontab", "exit 1")
        self.doctor()
        self.tool("systemctl", '[ "$2" = list-units ] && echo "mc-pickup.timer loaded active"')
        self.doctor()
        self.tool("loginctl", "echo yes")
        self.doctor()
        self.tool("systemctl", '[ "$2" = list-unit-files ] && echo " mc-pickup@x.timer disabled"')
        self.doctor()
        self.tool("systemctl", "exit 0")
        self.doctor()
        self.cron()
        self.doctor("--cron")
        self.doctor(env={"MC_DB": "", "MC_PICKUP_CONFIG": ""})
        self.doctor("--config", "config.json", "--db", "state/board.db")
        self.doctor()

    def configurations(self):
        for text in ('{"max_runing": 3,\n"max_live": "many"}', '{"profile": ', "[]", '{"profile": "none"}', "{}"):
            self.write("config.json", text)
            self.doctor()
        self.write("a:1 b: 2/config.json", '{"max_runing": 3}')
        self.doctor("--config", "a:1 b: 2/config.json")
        os.unlink(self.path("config.json"))
        self.doctor()
        self.write("config.json", "{}", 0o666)
        self.doctor()
        os.chmod(self.home, 0o777)
        self.write("config.json", "{}")
        self.doctor()
        os.chmod(self.home, 0o700)
        self.ill(prompt_file=self.path("none"))
        self.write("template", "{none} x")
        self.ill(prompt_file=self.path("template"))
        self.write("template", "{{title}} {{none}}")
        self.ill(prompt_file=self.path("template"))
        self.write("template", "{{title}} {{marker}}")
        self.ill(prompt_file=self.path("template"))
        self.write("template", "{{title}}", 0o666)
        self.ill(prompt_file=self.path("template"))
        for page in (self.board, self.path("none/x.html"), self.path("config.json"), self.path("repo"), self.path("p.html")):
            self.ill(page=page)
        self.ill()

    def profiles(self):
        def own(command, **keys):
            self.ill(profiles={"mine": {"command": command, "ready": "^x$", **keys}})
        self.write("bin/agent", "#!/bin/sh\n", 0o600)
        self.write("bin/script", "#!/none/interpreter\n", 0o700)
        self.write("bin/envscript", "#!/usr/bin/env nothing-at-all\n", 0o700)
        own(["true"])
        own(["nothing-at-all"])
        own(["/none/agent"])
        own(["/usr"])
        own([self.path("bin/agent")])
        own([self.path("bin/script")])
        own([self.path("bin/envscript")])
        own(["envscript"])
        own(["claude-none"], env={"PATH": "/none"})
        own(["true"], ready="^> $", busy="^x $", box="^y $", dialog="^z $", limit="^l $", interrupted="^i $")
        self.configure(profiles={"mine": {"command": ["true"], "ready": "^x$"}})
        self.ticket("add", "one", "--profile", "mine")
        self.ill()
        self.ticket("cancel", "MC-1")
        self.ill(profile="claude")
        self.ill(path=self.path("bin") + ":/usr/bin:/bin", profiles={"mine": {"command": ["agent"], "ready": "^x$"}})
        self.ill(path="/none")
        self.ill()

    def workspaces(self):
        repo = self.path("repo")
        self.ill(workspace={"repo": repo})
        self.ill(workspace={"repo": repo, "base": "none"})
        self.ill(workspace={"repo": repo, "base": "main", "push": "away"})
        self.ill(workspace={"repo": self.path("none")})
        self.ill(workspace={"repo": self.path("bin")})
        os.mkdir(self.path("open"))
        os.chmod(self.path("open"), 0o777)
        self.ill(workspace={"repo": repo, "pool": self.path("open", "pool")})
        self.ill(workspace={"repo": repo, "pool": self.path("repo", "pool")})
        self.ill(workspaces={"a": {"repo": repo}, "b": {"repo": repo, "base": "main"}})
        self.ticket("add", "two", "--workspace", "b")
        self.ill(workspaces={"a": {"repo": repo}})
        self.ticket("cancel", "MC-2")
        self.ill(workspace={"repo": repo, "hooks": {"before_run": ["none"], "after_run": [self.path("bin/agent")]}})
        self.git("-C", "repo", "config", "remote.origin.partialclonefilter", "blob:none")
        self.ill(workspace={"repo": repo})
        self.git("-C", "repo", "config", "--unset", "remote.origin.partialclonefilter")
        self.tool("git", "exit 3")
        self.ill(workspace={"repo": repo}, path=self.path("bin") + ":/usr/bin:/bin")
        os.unlink(self.path("bin", "git"))
        self.configure(workspace={"repo": repo, "size": 2})
        for number, state in ((1, "quarantined"), (2, "claimed"), (3, "free")):
            self.sql("INSERT INTO worktree_slots(host,slot,workspace,number,path,state,note) VALUES('here',?,'default',?,?,?,'why')",
                     f"pool-{number}", number, self.path(f"pool-{number}"), state)
        self.doctor()
        self.sql("UPDATE worktree_slots SET path=? WHERE number=1", self.path("state/pool/default/pool-1"))
        self.sql("UPDATE worktree_slots SET state='free' WHERE number=2")
        self.doctor()
        self.sql("DELETE FROM worktree_slots")
        self.ill()

    def places(self):
        pool = ("state", "pool", "default")
        for name in ("run", "work", "archive"):
            self.write("state/" + name, "")
        for name in ("keeping", "notifying"):
            if os.path.exists(self.path("state", name)):
                os.unlink(self.path("state", name))
            os.mkdir(self.path("state", name))
        self.ill()
        os.makedirs(self.path(*pool, ".pool-2.lock"))
        os.symlink("none", self.path(*pool, ".pool-1.lock"))
        self.ill(workspace={"repo": self.path("repo"), "size": 2})
        for name in ("run", "work", "archive"):
            os.unlink(self.path("state", name))
        for name in ("keeping", "notifying"):
            os.rmdir(self.path("state", name))
        shutil.rmtree(self.path("state", "pool"))
        os.symlink(self.home, self.path("state", "run"))
        self.ill()
        os.unlink(self.path("state", "run"))
        self.private()

    def private(self):
        """What stands where a ticket's private directory is to be: of those to come, and in our names, alone."""
        before = self.sql("SELECT status FROM tickets ORDER BY id")
        for name in "MC-1", "MC-3", "notes":
            self.write(f"state/work/{name}", "")
        os.symlink(self.home, self.path("state", "work", "MC-2"))
        for statuses in ("todo", "in_review"), ("done", "cancelled"):
            for number, status in enumerate(statuses, 1):
                self.sql("UPDATE tickets SET status=? WHERE id=?", status, number)
            self.ill()
        for number, row in enumerate(before, 1):
            self.sql("UPDATE tickets SET status=? WHERE id=?", row[0], number)
        shutil.rmtree(self.path("state", "work"))

    def terminals(self):
        self.ill(tmux={"socket": self.path("none", "sock")})
        self.ill(tmux={"socket": self.path("template", "sock")})
        self.ill(tmux={"socket": self.path("template")})
        for script in ("echo tmux 3.2", "exit 1", "echo tmux next-3.5"):
            self.tool("tmux", script)
            self.ill(path=self.path("bin") + ":/usr/bin:/bin")
        os.unlink(self.path("bin", "tmux"))
        self.run_quietly("tmux", "-f", "/dev/null", "-S", self.socket, "new-session", "-d", "sleep", "600")
        self.ill()
        self.end_tmux("kill-server")
        self.ill()

    def sending(self):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        self.labels.hide(rf"\b{port}\b", "<port>")

        def serve():
            for answer in (None, b"404 None", b"401 No", b"500 Err", b"200 OK", b"200 OK", b"200 OK", b"200 OK"):
                try:
                    one, _ = listener.accept()
                    one.recv(4096)
                    if answer:
                        one.sendall(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    one.close()
                except OSError:
                    return
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        http = {"transport": "http", "url": f"http://127.0.0.1:{port}/{{ticket}}"}
        for _ in range(4):
            self.ill(send=http)
        self.ill(send={**http, "token_file": self.path("none")})
        for text, mode in (("secret\n", 0o600), ("secret\n", 0o644), ("", 0o600)):
            self.write("token", text, mode)
            self.ill(send={**http, "token_file": self.path("token")})
        listener.close()
        self.write("token", "a\nb\n")
        self.ill(send={**http, "token_file": self.path("token")})
        self.ill(send={**http, "token_env": "TOKEN"})
        self.configure(send={**http, "token_env": "TOKEN", "ca_file": self.path("none")})
        self.doctor(env={"TOKEN": "x"})
        self.ill(send={"transport": "http"})
        self.ill()

    def notifying(self):
        for command in (["none"], [self.path("bin/agent")], [self.path("bin/script")], ["/none/x"], ["true"]):
            self.ill(notify=command)
        self.tool("teller", "exit 0")
        self.ill(notify=["teller"], path="/usr/bin:/bin")
        self.write("state/notify-failed", "true: exit 1\n")
        self.ill(notify=["true"])
        os.unlink(self.path("state", "notify-failed"))
        self.ill()

    def boards(self):
        self.ticket("pause", "Lunch.")
        self.ticket("add", "three")
        self.ticket("add", "four", "--after", "MC-3")
        self.ticket("cancel", "MC-3")
        self.doctor()
        self.ticket("resume")
        os.chmod(self.board, 0o644)
        self.doctor()
        os.chmod(self.board, 0o600)
        shutil.copy(self.board, self.path("state", "copy.db"))
        self.doctor("--db", self.path("state", "copy.db"))
        with open(self.path("state", "copy.db"), "r+b") as damaged:
            damaged.seek(4096)
            damaged.write(b"\xff" * 65536)
        self.doctor("--db", self.path("state", "copy.db"))
        self.write("state/empty.db", "")
        self.doctor("--db", self.path("state", "empty.db"))
        self.write("state/none.db", "garbage\n" * 400)
        self.doctor("--db", self.path("state", "none.db"))
        self.doctor("--db", self.path("state", "missing.db"))
        self.doctor("--db", self.path("none", "missing.db"))
        self.doctor("--db", "postgresql://a:secret@none.invalid/x")
        for name in (".local", ".config"):
            shutil.rmtree(self.path(name), ignore_errors=True)
        for version in (1, 99):
            self.run_quietly("sqlite3", self.board, f"PRAGMA user_version={version}")
            self.doctor()


if __name__ == "__main__":
    main()
