#!/usr/bin/env python3
"""Each answer that an endpoint may give to a turn, and what becomes of the ticket by it."""
import json
import socket

from acted import Stepped
from stage import TMUX, main
import listen

ANSWERS = [
    (200, {"ok": True}, {}), (202, {"status": "accepted"}, {}), (204, None, {}), (409, {"error": "runtime_busy"}, {}),
    (409, {"error": "conflict", "message": "no such session"}, {}), (409, None, {}), (401, {"error": "who are you"}, {}),
    (403, None, {}), (400, {"error": "bad"}, {}), (404, "nothing here", {}), (302, None, {"Location": "/elsewhere"}),
    (429, {"error": "slow down"}, {"Retry-After": "120"}), (503, None, {"Retry-After": "60"}),
    (402, {"error": "usage limit reached"}, {}),
]
# After these the agent's screen is looked at for three seconds.
UNCLEAR = [(200, "<html>", {}), (500, {"error": "broken"}, {}), ("close", None, {})]


class Turn(listen.Turn):
    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        scene = self.server.scene
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        heads = [f"{name}: {value}" for name, value in self.headers.items() if name not in ("Content-Length", "User-Agent")]
        scene.asked.append("\n".join([f"{self.command} {self.path}", *heads, body]))
        if scene.meanwhile:
            scene.meanwhile()
        status, said, heads = scene.given
        if isinstance(status, str):
            self.drop()
            return
        self.send_response(status)
        data = said.encode() if isinstance(said, str) else json.dumps(said).encode() if said is not None else b""
        self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
        for name, value in heads.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Endpoint(Stepped):
    deaf = True

    def listen(self):
        self.asked, self.given, self.meanwhile = [], None, None
        server = listen.Listener(Turn)
        server.scene = self
        self.addCleanup(server.end)
        port = server.server_address[1]
        self.labels.hide(rf"\b{port}\b", "<port>")
        self.hide_pauses()
        self.labels.hide(r"within \d+ ms|after \d+ milliseconds|in \d+ ms", "in * ms")
        self.write("token", "secret\n")
        self.send = {"transport": "http", "url": f"http://127.0.0.1:{port}/turn/{{ticket}}", "token_file": self.path("token"),
                     "timeout_s": 60}
        self.setting = {"linger_s": 0, "max_running": 50, "retry": {"backoff_s": 60, "max_attempts": 3}}
        self.configure(demo=["--hold", self.path("go")], send=self.send, **self.setting)

    def one(self, given, **options):
        self.given = given
        self.lines.append(f"# answers {' '.join(map(str, given))}")
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do\n\"it\".")
        self.look_quietly()
        self.pickup("--json", **options)
        for asked in self.asked:
            self.tell("  http ", asked)
        self.asked.clear()
        self.ticket("breaker", look=False)
        self.pickup("-v")
        self.asked.clear()
        self.over(self.last(), ("mc-ticket", "breaker", "close"))

    def play(self):
        self.listen()
        for given in UNCLEAR if self.name == "unclear" else ANSWERS:
            self.one(given)
        if self.name == "answers":
            self.dialects()
            self.nobody()

    def dialects(self):
        for dialect, given in (("gaia", (200, {"ok": True}, {})), ("agentapi", (500, "can only be sent when the agent is waiting for user input", {})),
                               ("mine", (418, {"state": "teapot"}, {}))):
            mine = {"path": "/x/{number}/{run_id}", "body": '{"m":"{message}"}', "success": [200],
                    "rules": [{"from": 418, "to": 418, "match": "teapot", "class": "conflict"}]}
            self.configure(demo=["--hold", self.path("go")], send={**self.send, "dialect": dialect, "dialects": {"mine": mine},
                                                                   "url": self.send["url"][:-14]}, **self.setting)
            self.one(given)

    def nobody(self):
        free = socket.create_server(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        self.labels.hide(rf"\b{port}\b", "<port>")
        self.configure(demo=["--hold", self.path("go")], send={**self.send, "url": f"http://127.0.0.1:{port}/"}, **self.setting)
        self.one((200, None, {}))
        self.configure(demo=["--hold", self.path("go")], send={**self.send, "token_file": self.path("none")}, **self.setting)
        self.one((200, None, {}))
        self.configure(demo=["--hold", self.path("go")], send={**self.send, "token_file": None, "token_env": "TOKEN"}, **self.setting)
        self.one((200, {"ok": True}, {}))
        self.one((200, {"ok": True}, {}), env={"TOKEN": "x"})
        self.token_lost()

    def token_lost(self):
        """While its agent was starting; asked for its status before the turn, or not."""
        self.put_before("tmux", TMUX)
        path = [self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"]
        for dialect, does in ("gaia", "chmod 644"), ("agentapi", "chmod 644"), ("gaia", "rm"):
            self.tell("# ", f"{does} token, {dialect}")
            self.configure(demo=["--hold", self.path("go")], send={**self.send, "dialect": dialect}, path=path, **self.setting)
            self.acts("new-session", f'{TMUX} "$@" && {does} {self.path("token")}; exit')
            self.one((200, {"ok": True}, {}))
            self.write("token", "secret\n")


class Answers(Endpoint):
    name = "answers"


class Unclear(Endpoint):
    name = "unclear"


class Later(Endpoint):
    """The same for a turn that is not an agent's first."""

    name = "later"

    def play(self):
        self.listen()
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.given = 200, {"ok": True}, {}
        self.pickup("--dry-run", look=False)
        self.run_quietly("mc-pickup")
        self.look_quietly()
        for self.given in ANSWERS[:1] + ANSWERS[3:7] + ANSWERS[8:9] + ANSWERS[11:]:
            self.tell("# ", f"answers {' '.join(map(str, self.given))}")
            self.at_rest()
            self.pickup("--json")
            self.pickup("-v")
            self.ticket("send", "MC-1", "Now.")
        self.twice((429, {"error": "usage limit reached"}, {}))
        self.twice((503, {"error": "starting"}, {}))

    def twice(self, given):
        """What is said of it once, and no more."""
        self.tell("# ", f"answers {' '.join(map(str, given))}, twice")
        self.given = given
        self.at_rest()
        self.pickup("-v")
        self.change("UPDATE ticket_messages SET next_attempt_at=NULL")
        self.pickup("-v")

    def at_rest(self):
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%'")
        self.sql("DELETE FROM ticket_messages")
        self.sql("UPDATE tickets SET status='needs_input',failure_reason=NULL,attempts=0,world_failures=0")
        self.sql("UPDATE runs SET ended_at=NULL,outcome='asked',class=NULL,detail=NULL")
        self.sql("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,idle_tick=1")
        self.run_quietly("mc-ticket", "answer", "MC-1", "This one.")
        self.look_quietly()


class Declined(Endpoint):
    """It says that another is at it, and looks so, but for what has changed since it was asked."""

    name = "declined"

    def play(self):
        self.listen()
        for change in ("tickets SET status='blocked'", "tickets SET status='needs_input'", "tickets SET status='todo',run_id=NULL",
                       "tickets SET run_id='x'", "runs SET ended_at=1",
                       "runtime_sessions SET status='closed'", "runtime_sessions SET pid=999999,pid_start=1", "runtime_sessions SET host='other'",
                       "tickets SET worker_pid=1"):
            self.tell("# ", change)
            self.meanwhile = lambda: self.by_hand(change)
            self.one((409, {"error": "conflict", "message": "no such session"}, {}))
            self.put_right()

    def by_hand(self, change):
        if change.startswith("tickets"):
            self.sql(f"UPDATE {change} WHERE id=?", self.last())
        else:
            self.sql(f"UPDATE {change} WHERE ticket_id=?", self.last())
        self.meanwhile = None

    def put_right(self):
        """So that its agent ends."""
        self.sql("UPDATE runtime_sessions SET status='closed',host='here'")
        self.sql("UPDATE tickets SET status='cancelled',run_id=NULL,worker_pid=NULL")
        self.sql("UPDATE runs SET ended_at=1 WHERE ended_at IS NULL")
        self.end_tmux("kill-server")
        self.settle()
        self.look_quietly()


if __name__ == "__main__":
    main()
