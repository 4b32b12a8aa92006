"""What can be seen of a world: every row of its board, every file with its mode, what agents noted, git and tmux. What is
another than at the last look is told, in an order that no name by chance decides."""
import glob
import json
import os
import re
import sqlite3

from world import until

UNTOLD = ("board.db-wal", "board.db-shm", "clock", "agent.log", "pane.log.mark")
MUTE = ("last-keeping",)  # what stands in them is of this machine's boot
MEASURED = ("worked_ms", "harvest_offset")


class Sight:
    """Of a scene, which has home, board, socket, labels, lines and tell()."""

    deaf = False  # what agents note is no part of it
    tables = None  # only these
    untold = UNTOLD  # files

    def look_quietly(self):
        """What changed until now is no matter of the scene."""
        told = len(self.lines)
        self.look()
        del self.lines[told:]

    def look(self):
        try:
            self.look_rows()
        except sqlite3.Error as error:
            self.tell("  no board: ", str(error))
        # A pane is there before its program has begun, and read what it is told to start.
        until(lambda: not glob.glob(os.path.join(self.home, "state", "run", "*", "launch")), "agents to start")
        self.look_files()
        self.look_events()

    def look_rows(self):
        board = sqlite3.connect(f"file:{self.board}?mode=ro", uri=True, timeout=60)
        board.row_factory = sqlite3.Row
        try:
            board.execute("BEGIN")
            tables = [row[0] for row in board.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")]
            now = {}
            for table in self.tables or tables:
                keys = [row["name"] for row in board.execute(f"PRAGMA table_info({table})") if row["pk"]]
                for row in board.execute(f"SELECT * FROM {table}"):
                    row = dict(row)
                    now[(table, *[row[key] for key in keys or row])] = row
        finally:
            board.close()
        self.tell_changes(self.rows, now, self.tell_row)
        self.rows = now

    def tell_changes(self, before, now, tell):
        changed = [(key, before.get(key), now.get(key)) for key in {**before, **now} if before.get(key) != now.get(key)]
        # by what is no accident of this run, then by who appeared first
        order = lambda one: (one[0][0] if len(one[0]) > 1 else "", blind(str(one[0])), blind(said(one[2] or one[1])),
                             digits(self.labels.peek(str(one[0]))))
        for key, old, new in sorted(changed, key=order):
            tell(key, old, new)

    def tell_row(self, key, old, new):
        name = " ".join(map(str, key))
        if new is None:
            self.tell("  - ", name)
        elif old is None:
            self.tell("  + ", f"{key[0]} " + said(new))
        else:
            changed = {column: value for column, value in new.items() if differs(column, old[column], value)}
            if changed:
                self.tell("  ~ ", f"{name}: " + said(changed, True))

    def look_files(self):
        now = {}
        for folder, folders, names in os.walk(self.home):
            folders[:] = sorted(one for one in folders if not one.endswith(".git"))
            for name in folders + sorted(names):
                path = os.path.join(folder, name)
                if name not in self.untold and not name.endswith((".log", "board.db")):
                    seen = file_seen(path)
                    if seen:
                        now[(path,)] = seen
        self.tell_changes(self.files, now, self.tell_file)
        self.files = now

    def tell_file(self, key, old, new):
        if new is None:
            self.tell("  - ", key[0])
            return
        self.tell("  ~ " if old else "  + ", f"{key[0]} {new['mode']}")
        text, before = new["text"], old["text"] if old else ""
        if text and text != before:
            if before and text.startswith(before):
                text = text[len(before):]
            text = text[:-1] if text.endswith("\n") else text + "\\"
            self.tell("    | ", text if len(text) < 8000 else "(long)")

    def look_events(self):
        events = [] if self.deaf else self.events()
        for one in events[self.heard:]:
            self.tell("  > ", f"{one['event']} {one['text']}".rstrip("\n"))
        self.heard = len(events)

    def look_git(self, folder):
        """Its branches, worktrees, and what is not committed in each."""
        git = lambda *words, cwd=folder: self.run_quietly("git", *words, cwd=cwd).stdout.decode().rstrip("\n")
        listed = git("worktree", "list", "--porcelain")
        refs = git("for-each-ref", "--format=%(refname) %(objectname)").split("\n")
        for line in sorted(refs, key=lambda one: digits(self.labels(one.split(" ")[0]))) + listed.split("\n"):
            self.tell("  git ", line)
        for line in listed.split("\n"):
            if line.startswith("worktree "):
                there = os.path.isdir(line[9:])
                self.tell("  status ", git("status", "--porcelain", "--branch", cwd=line[9:]) if there else "(no folder)")
        self.compare(self.lines)

    def look_tmux(self):
        """Sessions, panes, options and environment of our server."""
        form = "#{session_name} #{window_width}x#{window_height} #{pane_id} dead=#{pane_dead} #{pane_current_path}"
        listed = sorted(self.tmux("list-panes", "-a", "-F", form).split("\n"))
        for line in filter(None, listed):
            session = line.split(" ")[0]
            self.tell("  tmux ", line)
            for what in ("show-options", "-t"), ("show-environment", "-t"), ("show-options", "-wt"), ("show-options", "-pt"):
                found = self.tmux(*what, f"={session}:" if what[0] == "show-options" else f"={session}")
                self.tell("       ", f"{' '.join(what)}: " + " ".join(
                    one for one in found.split("\n") if not one.startswith("-")))
        self.compare(self.lines)


def differs(column, old, new):
    """Of what is measured only whether it is there."""
    measured = column in MEASURED or column.endswith(("_tick", "_ns", "_start"))
    return (old is None) != (new is None) if measured else old != new


def digits(text):
    """So that 10 stands behind 9."""
    return re.sub(r"\d+", lambda match: match[0].zfill(16), text)


def blind(text):
    """Without names by chance."""
    return digits(re.sub(r"[0-9a-f]{8,}", "?", text))


def said(row, all_of_it=False):
    return " ".join(f"{column}={'none' if value is None else json.dumps(value, ensure_ascii=False)}"
                    for column, value in row.items() if all_of_it or value is not None)


def file_seen(path):
    """Its kind and mode, and its text where it is a short one; None: it is gone."""
    try:
        seen = os.lstat(path)
        mode = oct(seen.st_mode)[2:]
        if os.path.islink(path):
            return {"mode": mode, "text": os.readlink(path)}
        if not os.path.isfile(path):
            return {"mode": mode, "text": ""}
        with open(path, "rb") as file:
            data = file.read(200000)
    except OSError:
        return None
    if os.path.basename(path) in MUTE:
        return {"mode": mode, "text": ""}
    if not data.strip(b"\0"):
        return {"mode": mode, "text": f"({len(data)} bytes of nothing)" if data else ""}
    return {"mode": mode, "text": data.decode("utf-8", "backslashreplace").replace("\0", "\\0")}
