"""Lines that were changed anywhere, by chance, are taken whole or change nothing: exit 65 with the number of the line."""
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

TICKET = os.path.join(os.environ["MC_BIN"], "mc-ticket")
PICKUP = os.path.join(os.environ["MC_BIN"], "mc-pickup")
RUN = "0123456789abcdef0123456789abcdef"
HUGE = [b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"99999999999999999999999", b"1e308",
        b"1e99999", b"-0", b"0.5", b"1e2", b"01"]

LIVELY = f"""
INSERT INTO tickets(id,title,body,status,profile,labels,dedupe_key,run_id,worker_pid,worker_boot,worker_host,created_at,
 updated_at) VALUES(1,'one \U0001f642','b','in_progress','demo','a,b','k','{RUN}',12,'boot','here',1,2),
 (2,'two','','done',NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,4),(3,'three','x','todo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,5,6);
INSERT INTO ticket_needs VALUES(3,1),(3,2);
INSERT INTO runs(run_id,ticket_id,attempt,host,started_at) VALUES('{RUN}',1,1,'here',7);
INSERT INTO effects VALUES(1,'{RUN}','spawn','done','d',8);
INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,tmux_target,pane_id,profile,cwd)
 VALUES('ticket:1:session',1,'{RUN}','here','running',9,'mc-MC-1','%1','demo','/tmp');
INSERT INTO ticket_messages(id,ticket_id,author,status,run_id,created_at,body) VALUES(1,1,'a','sent','{RUN}',10,'m');
INSERT INTO ticket_activity VALUES(1,1,'{RUN}','a','note','text',11);
INSERT INTO notices VALUES(1,'blocked',1,NULL,12,'{{}}'),(2,'breaker',NULL,NULL,13,'{{}}');
INSERT INTO settings VALUES('ticket_prefix','MC'),('base:web','main');
INSERT INTO worktree_slots VALUES('here','pool-1','default',1,'/p','claimed',1,'{RUN}','b',14,NULL,NULL);
INSERT INTO requests(id,answer,created_at) VALUES('r','{{}}',15);
INSERT INTO archived_keys VALUES('old',4);
"""

TO_IMPORT = b"\n".join([
    b'{"title":"first","dedupe_key":"a","body":"text \\u00e4 \\" \\\\","labels":["x","y"],"priority":"high"}',
    b'{"title":"second","after":["a","MC-1"],"status":"inbox","labels":"p,q","profile":"demo"}',
    b'{"title":"third","dedupe_key":"c","after":"a","body":null}', b""])


def changed(source, chance):
    """The bytes with one of the things that go wrong with files."""
    data = bytearray(source)
    at = chance.randrange(len(data))
    kind = chance.randrange(10)
    if kind == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[at:]
    elif kind == 2:
        del data[at:at + chance.randrange(1, 40)]
    elif kind == 3:
        data[at:at] = data[at:at + chance.randrange(1, 60)]
    elif kind == 4:
        numbers = list(re.finditer(rb"(?<=[:,\[])-?\d+", source)) or [re.search(rb"$", source)]
        number = chance.choice(numbers)
        data[number.start():number.end()] = chance.choice(HUGE)
    elif kind == 5:
        data[at:at] = chance.choice([b"[" * 100, b'{"a":' * 70, b"\0", b"\xff", b"\xed\xa0\x80", b'"', b"}", b"\n"])
    elif kind == 6:
        members = list(re.finditer(rb'"[a-z_]+":(?:"[^"\\]*"|-?\d+),', source))
        member = chance.choice(members)
        data[member.start():member.start()] = member.group()
    elif kind == 7:
        members = list(re.finditer(rb'"[a-z_]+":(?:"[^"\\]*"|-?\d+),', source))
        member = chance.choice(members)
        del data[member.start():member.end()]
    elif kind == 8:
        lines = source.split(b"\n")
        chance.shuffle(lines)
        data = bytearray(b"\n".join(lines))
    else:
        texts = list(re.finditer(rb'"[^"\\]*"', source))
        text = chance.choice(texts)
        data[text.start():text.end()] = chance.choice(
            [b"null", b"true", b"[]", b"{}", b'{"hex":"zz"}', b'{"hex":"ff"}', b'""', b'"\\u0000"', b'"' + b"x" * 300 + b'"'])
    return bytes(data)


class Lines(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mcl.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.board = os.path.join(self.folder, "board.db")
        self.file = os.path.join(self.folder, "in")
        config = os.path.join(self.folder, "config.json")
        self.env = {"PATH": "/usr/bin:/bin", "HOME": self.folder, "MC_DB": self.board, "MC_PICKUP_CONFIG": config}
        self.call(0, "init")
        with open(self.board, "rb") as file:
            self.empty = file.read()

    def call(self, expected, *words, program=TICKET):
        done = subprocess.run([program, *words], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=60)
        if expected is not None:
            self.assertEqual(done.returncode, expected, (words, done.stderr))
        return done

    def reset(self, board):
        """The same file with these bytes, as nobody has it open."""
        for suffix in ("-wal", "-shm"):
            self.assertFalse(os.path.exists(self.board + suffix))
        with open(self.board, "r+b") as file:
            file.truncate(0)
            file.write(board)

    def rows(self):
        db = sqlite3.connect(self.board)
        digest = hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()
        db.close()
        return digest

    def lively(self):
        db = sqlite3.connect(self.board)
        db.executescript(LIVELY)
        db.commit()
        db.close()
        return self.call(0, "export").stdout

    def walk(self, source, board, count, *words):
        """Sets of changes, each against the same board; how many were taken."""
        self.reset(board)
        before = self.rows()
        taken = refused = 0
        for seed in range(count):
            with self.subTest(seed=seed):
                with open(self.file, "wb") as file:
                    file.write(changed(source, random.Random(seed)))
                done = self.call(None, "import", *words, self.file)
                self.assertIn(done.returncode, (0, 65), done.stderr)
                if done.returncode == 0:
                    taken += 1
                    self.is_whole()
                    self.reset(board)
                    continue
                refused += 1
                self.assertRegex(done.stderr.decode(), r"\Amc-ticket: " + re.escape(self.file) + r"(:\d+)?: [^\n]+\n\Z")
                self.assertEqual(self.rows(), before)
        self.assertGreater(refused, count // 3)
        return taken

    def is_whole(self):
        """What was taken is a board that everything of ours can read."""
        db = sqlite3.connect(self.board)
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(db.execute("PRAGMA foreign_key_check").fetchall(), [])
        keys = [f"MC-{row[0]}" for row in db.execute("SELECT id FROM tickets")]
        db.close()
        lines = self.call(0, "export").stdout
        for line in lines.splitlines():
            json.loads(line)
        self.call(0, "list", "--json")
        for key in keys[:1]:
            json.loads(self.call(0, "show", key, "--json").stdout)
        self.assertIn(self.call(None, "--dry-run", program=PICKUP).returncode, range(64, 79) if not keys else range(79))

    def test_import(self):
        self.call(0, "add", "zero")
        with open(self.board, "rb") as file:
            board = file.read()
        self.walk(TO_IMPORT, board, 80)

    def test_restore_whole(self):
        source = self.lively()
        self.walk(source, self.empty, 120, "--restore")

    def test_restore_of_an_archive(self):
        lines = self.lively().splitlines(keepends=True)
        archive = b"".join(line for line in lines if b'"id":2,' in line)
        self.reset(self.empty)
        self.call(0, "add", "zero")
        with open(self.board, "rb") as file:
            board = file.read()
        self.walk(archive, board, 40, "--restore")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
