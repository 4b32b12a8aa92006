"""A queue in SQLite as small ones in Python are: one table, a claim by one UPDATE … RETURNING.

usage: queue.py claim QUEUE      queue.py make COUNT QUEUE"""
import sqlite3
import sys
import time

MAKE = """CREATE TABLE messages(message_id INTEGER PRIMARY KEY, data TEXT, status INTEGER NOT NULL DEFAULT 0,
          in_time INTEGER, lock_time INTEGER); CREATE INDEX messages_status ON messages(status, message_id);"""
CLAIM = """UPDATE messages SET status=1, lock_time=? WHERE message_id=(SELECT message_id FROM messages WHERE status=0
           ORDER BY message_id LIMIT 1) RETURNING message_id, data"""


def main():
    what, path = sys.argv[1], sys.argv[-1]
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    if what == "make":
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(MAKE)
        db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<?) "
                   "INSERT INTO messages(data,in_time) SELECT 't',i FROM n", (int(sys.argv[2]),))
        return 0
    db.execute("BEGIN IMMEDIATE")
    row = db.execute(CLAIM, (time.time_ns(),)).fetchone()
    db.execute("COMMIT")
    return 0 if row else 1


sys.exit(main())
