"""A board of a million tickets goes out and comes back within 16 MiB of memory."""
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

TICKET = os.path.join(os.environ["MC_BIN"], "mc-ticket")
COUNT = 1_000_000
LIMIT = 16 * 1024  # KiB


class Million(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mcl.", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": self.folder}

    def board(self, name):
        os.mkdir(os.path.join(self.folder, name), 0o700)
        path = os.path.join(self.folder, name, "board.db")
        self.call("init", "--db", path)
        return path

    def call(self, *words):
        """Its peak in KiB, looked at twenty times a second: what a child has used counts what its parent had, too."""
        peak = 0
        with subprocess.Popen([TICKET, *words], env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL) as program:
            while program.poll() is None:
                try:
                    with open(f"/proc/{program.pid}/status", encoding="ascii") as file:
                        peak = next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), peak)
                except OSError:
                    pass
                time.sleep(0.05)
        self.assertEqual(program.returncode, 0, words)
        return peak

    def test_out_and_back(self):
        one, two = self.board("one"), self.board("two")
        db = sqlite3.connect(one)
        db.executescript(f"""BEGIN;
            INSERT INTO tickets(title,body,status,created_at,updated_at,dedupe_key)
             WITH RECURSIVE n(i) AS(VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i<{COUNT})
             SELECT 'ticket '||i,'body of '||i,CASE WHEN i%10 THEN 'done' ELSE 'todo' END,i,i,'k'||i FROM n;
            INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)
             SELECT id,'op','created',title,created_at FROM tickets;
            INSERT INTO ticket_needs SELECT id,id+1 FROM tickets WHERE id%20=0;
            COMMIT;""")
        db.close()
        first, second = os.path.join(self.folder, "first"), os.path.join(self.folder, "second")
        self.assertLess(self.call("export", "--db", one, "-o", first), LIMIT)
        self.assertLess(self.call("import", "--restore", first, "--db", two), LIMIT)
        self.assertLess(self.call("export", "--db", two, "-o", second), LIMIT)
        self.assertEqual(subprocess.run(["cmp", first, second], check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
