"""A board of our own for the tests of the page, in a folder under /tmp."""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree

BIN = os.environ["MC_BIN"]
HOST = "testhost"

# What somebody might put into a title, a body, a reply or on a screen, to get out of the text that it is.
HOSTILE = [
    "</style><script>document.title='got in'</script>", "<!-- never closed", "]]> and <![CDATA[", "</title></head>",
    "\"><img src=x onerror=\"document.title='got in'\">", "' onmouseover='document.title=1", "&lt;b&gt; &amp; &#0;",
    "<svg onload=\"document.title='got in'\"/>", "<base href=\"http://127.0.0.1:9/\"><link rel=stylesheet href=/x>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>", "</pre></details></main>", "%s%n%lld{{title}}",
    "\u202egnp.exe", "a\u2028b\u2029c", "\x1b[31mred\x1b]0;title\x07", "bell\x07 back\x08 del\x7f csi\x9b31m",
    "\ufeffbom\ufffe\uffff", "\U0001f469\u200d\U0001f4bb caf\u00e9 \u4e2d\u6587", "iframe <iframe src=file:///etc/passwd>",
]


class Place:
    def __init__(self, **config):
        self.folder = tempfile.mkdtemp(prefix="mcp.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.board = self.path("board.db")
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.folder, "MC_DB": self.board,
                            "MC_PICKUP_CONFIG": self.path("config.json"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.typed = f"mc-ticket --config {self.path('config.json')} --db {self.board}"
        self.configure(**config)
        self.ticket("init")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def configure(self, **config):
        with open(os.open(self.path("config.json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            json.dump({"profile": "demo", "host": HOST, **config}, file)

    def ticket(self, *words, check=True, **options):
        return subprocess.run([os.path.join(BIN, "mc-ticket"), *words], env=self.environment, check=check,
                              stdin=subprocess.DEVNULL, capture_output=True, **options)

    def sql(self, *statements):
        with contextlib.closing(sqlite3.connect(self.board, timeout=60)) as db:
            for text, values in statements:
                db.execute(text, values)
            db.commit()

    def fill(self, rows):
        """Tickets: title and status, and what else is given."""
        now = int(time.time() * 1000)
        for row in rows:
            row = {"created_at": now - 3600000, "updated_at": now - 60000, "queued_at": now - 3600000, **row}
            yield f"INSERT INTO tickets({','.join(row)})VALUES({','.join('?' * len(row))})", tuple(row.values())

    def page(self, *words):
        """The page, read as XML: its root."""
        self.ticket("page", "-o", self.path("p.html"), *words)
        return self.parse()

    def parse(self):
        with open(self.path("p.html"), encoding="utf-8", newline="") as file:
            self.text = file.read()
        return ElementTree.fromstring(self.text)

    def end(self):
        if os.path.exists(self.path("tmux.sock")):
            subprocess.run(["tmux", "-S", self.path("tmux.sock"), "kill-server"], check=False,
                           stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def agent(self, number, screen):
        """A ticket at work whose agent shows these bytes."""
        run, session = f"{number:032x}", f"mc-MC-{number}"
        with open(self.path(f"screen-{number}"), "wb") as file:
            file.write(screen)
        tmux = ["tmux", "-u", "-f", "/dev/null", "-S", self.path("tmux.sock")]
        subprocess.run([*tmux, "new-session", "-d", "-s", session, "-x", "120", "-y", "40", "--", "sh", "-c",
                        f"cat {self.path(f'screen-{number}')}; exec sleep 600"], check=True, env=self.environment)
        for name, value in ("@mc_run", run), ("@mc_ticket", f"MC-{number}"):
            subprocess.run([*tmux, "set-option", "-t", f"={session}:", name, value], check=True)
        pane, pid = subprocess.run([*tmux, "display-message", "-p", "-t", f"={session}:", "#{pane_id} #{pane_pid}"],
                                   check=True, capture_output=True, text=True).stdout.split()
        now = int(time.time() * 1000)
        self.sql(("UPDATE tickets SET status='in_progress',run_id=? WHERE id=?", (run, number)),
                 ("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES(?,?,1,?,?)",
                  (run, number, HOST, now - 60000)),
                 ("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,pane_id,pid,"
                  "profile,spawned_at,turn_started_at)VALUES(?,?,?,?,'running',?,?,?,'demo',?,?)",
                  (f"ticket:{number}:session", number, run, HOST, session, pane, int(pid), now, now)))
        self.rests(lambda: subprocess.run([*tmux, "capture-pane", "-p", "-t", pane], check=True,
                                          capture_output=True).stdout.strip())

    @staticmethod
    def rests(look):
        """Until something is to be seen that is the same a moment later."""
        before, now = None, look()
        while not now or now != before:
            time.sleep(0.2)
            before, now = now, look()


def shown(text):
    """How a text stands on the page: what is not to be seen has a sign instead."""
    signs = []
    for c in text.replace("\r\n", "\n"):
        point = ord(c)
        if c in "\n\t":
            signs.append(" ")
        elif point < 0x20:
            signs.append(chr(0x2400 + point))
        elif point == 0x7F:
            signs.append("\u2421")
        elif point in (0xFFFE, 0xFFFF):
            signs.append("\ufffd")
        elif 0x80 <= point <= 0x9F or 0x2028 <= point <= 0x202E or point == 0xFEFF:
            signs.append(f"[U+{point:04X}]")
        else:
            signs.append(c)
    return "".join(signs)


def all_text(element):
    return re.sub(r"\s+", " ", "".join(element.itertext()))
