"""The schema of a board on a server is that of the embedded one: tables, columns, constraints, what triggers keep; and
what it has of its own: rights, names that nobody can redirect, claims that wait for no other's row."""
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server

STATUSES = ["inbox", "todo", "in_progress", "in_review", "needs_input", "blocked", "done", "cancelled"]
ONLY_THERE = {"hosts"}
COLUMNS_THERE = {("settings", "host"), ("ticket_counts", "id")}


def init(home, db):
    subprocess.run([os.path.join(os.environ["MC_BIN"], "mc-ticket"), "init", "--db", db], check=True,
                   env={"PATH": "/usr/bin:/bin", "HOME": home}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class Session:
    """A psql that is told one thing after the other, as one connection."""

    def __init__(self, uri):
        words = [os.path.join(server.programs(), "psql"), "-XqAt", "-v", "ON_ERROR_STOP=0", "-d", uri]
        self.psql = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     env={"PATH": "/usr/bin:/bin"}, text=True)

    def say(self, text):
        self.psql.stdin.write(text + ";\n\\echo ---\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) not in ("---\n", ""):
            lines.append(line.rstrip("\n"))
        return lines

    def end(self):
        self.psql.stdin.close()
        self.psql.stdout.read()
        self.psql.stdout.close()
        self.psql.wait()


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory(prefix="mce.")
        cls.addClassCleanup(cls.home.cleanup)
        cls.server = server.Server()
        cls.addClassCleanup(cls.server.stop)
        cls.uri = cls.server.database("schema")
        init(cls.home.name, cls.uri)
        path = os.path.join(cls.home.name, "state", "board.db")
        init(cls.home.name, path)
        cls.lite = sqlite3.connect(path, isolation_level=None)
        cls.addClassCleanup(cls.lite.close)
        cls.lite.execute("PRAGMA foreign_keys=ON")

    def rows(self, text):
        return server.sql(self.uri, text)

    def session(self):
        one = Session(self.uri)
        self.addCleanup(one.end)
        return one

    def test_columns_are_the_same(self):
        here = {(table, name): (kind, bool(needed or key))
                for (table,) in self.lite.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
                for _, name, kind, needed, _, key, _ in self.lite.execute(f"PRAGMA table_xinfo({table})")}
        there = {(table, name): ({"bigint": "INTEGER", "text": "TEXT"}[kind], needed == "t")
                 for table, name, kind, needed in self.rows(
                     "SELECT c.relname,a.attname,format_type(a.atttypid,a.atttypmod),a.attnotnull FROM pg_attribute a "
                     "JOIN pg_class c ON c.oid=a.attrelid WHERE c.relnamespace='mc_pickup'::regnamespace "
                     "AND c.relkind='r' AND a.attnum>0 AND NOT a.attisdropped")
                 if table not in ONLY_THERE and (table, name) not in COLUMNS_THERE}
        self.assertEqual(here, there)

    def test_texts_are_compared_by_their_bytes(self):
        self.assertEqual(self.rows(
            "SELECT c.relname,a.attname FROM pg_attribute a JOIN pg_class c ON c.oid=a.attrelid JOIN pg_collation o "
            "ON o.oid=a.attcollation WHERE c.relnamespace='mc_pickup'::regnamespace AND o.collname<>'C'"), [])

    def test_words_are_the_same(self):
        here = sorted(re.sub(r"\s", "", found) for (text,) in self.lite.execute(
            "SELECT sql FROM sqlite_master WHERE type='table' AND sql IS NOT NULL")
            for found in re.findall(r"CHECK\(\w+ IN\(([^)]*'[^)]*)\)", text))
        there = sorted(",".join(re.findall(r"'[a-z_]+'", text)) for (text,) in self.rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype='c' AND "
            "connamespace='mc_pickup'::regnamespace") if "'" in text)
        self.assertEqual(here, [text.replace(",'host_lost'", "") for text in there])

    def test_references_are_the_same_and_have_an_index(self):
        here = {(table, key[3], key[2]) for (table,) in
                self.lite.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
                for key in self.lite.execute(f"PRAGMA foreign_key_list({table})")}
        there = self.rows(
            "SELECT c.relname,a.attname,f.relname,EXISTS(SELECT 1 FROM pg_index i WHERE i.indrelid=c.oid AND "
            "i.indkey[0]=a.attnum AND COALESCE(pg_get_expr(i.indpred,c.oid),'('||a.attname||' IS NOT NULL)')="
            "'('||a.attname||' IS NOT NULL)') FROM pg_constraint k JOIN pg_class c ON c.oid=k.conrelid JOIN pg_class f "
            "ON f.oid=k.confrelid JOIN pg_attribute a ON a.attrelid=c.oid AND a.attnum=k.conkey[1] "
            "WHERE k.contype='f' AND k.connamespace='mc_pickup'::regnamespace")
        self.assertEqual(here, {tuple(row[:3]) for row in there})
        self.assertEqual([row for row in there if row[3] != "t"], [])

    def test_nobody_else_may_anything(self):
        self.assertEqual(self.rows(
            "SELECT relname FROM pg_class c,LATERAL aclexplode(COALESCE(relacl,acldefault(CASE relkind WHEN 'S' THEN "
            "'s' ELSE 'r' END::\"char\",relowner)))x WHERE relnamespace='mc_pickup'::regnamespace AND relkind IN('r','S') "
            "AND x.grantee<>relowner UNION ALL SELECT nspname FROM pg_namespace,LATERAL aclexplode(nspacl)x WHERE "
            "nspname='mc_pickup' AND x.grantee<>nspowner UNION ALL SELECT proname FROM pg_proc,LATERAL "
            "aclexplode(COALESCE(proacl,acldefault('f',proowner)))x WHERE pronamespace='mc_pickup'::regnamespace AND "
            "x.grantee<>proowner"), [])

    def test_functions_trust_no_search_path(self):
        self.assertEqual(self.rows(
            "SELECT proname FROM pg_proc WHERE pronamespace='mc_pickup'::regnamespace AND(prosecdef OR "
            "proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, pg_temp'])"), [])
        bodies = self.rows("SELECT prosrc FROM pg_proc WHERE pronamespace='mc_pickup'::regnamespace")
        self.assertGreater(len(bodies), 10)
        for (body,) in bodies:
            for name in re.findall(r"(?:FROM|JOIN|INTO|UPDATE) ([a-z_.]+)", body):
                self.assertTrue(name.startswith("mc_pickup.") or name == "gone", body)

    def test_it_says_what_it_is(self):
        self.assertEqual(self.rows("SELECT obj_description('mc_pickup'::regnamespace,'pg_namespace')"),
                         [["mc-pickup board, version " + str(self.lite.execute("PRAGMA user_version").fetchone()[0])]])
        (name,), = self.rows("SELECT value FROM mc_pickup.settings WHERE host='' AND key='board'")
        self.assertRegex(name, "^[0-9a-f]{16}$")

    def test_triggers_keep_the_same(self):
        for seed in range(4):
            self.agree(random.Random(seed))

    def agree(self, chance):
        """Anything may happen to tickets and needs: what triggers derive is the same on both."""
        looks = ["SELECT id,status,waits,urgency FROM tickets ORDER BY id",
                 "SELECT ticket_id FROM ticket_lost ORDER BY ticket_id",
                 "SELECT key,value FROM settings WHERE key>='stuck:' AND key<'stuck;' ORDER BY key",
                 "SELECT status,sum(n) FROM ticket_counts GROUP BY status ORDER BY status"]
        told, wanted, got = self.session(), [], []
        told.say("BEGIN")
        told.say("SET LOCAL search_path=mc_pickup")
        self.lite.execute("BEGIN")
        for number, text in enumerate(operations(chance)):
            self.lite.execute(text)
            self.assertEqual(told.say(text), [], text)
            if number % 50 == 0:
                wanted += ["|".join(map(str, row)) for look in looks for row in self.lite.execute(look)]
                got += [line for look in looks for line in told.say(look)]
        rows = int(told.say("SELECT count(*) FROM ticket_counts")[0])
        told.say("ROLLBACK")
        self.lite.execute("ROLLBACK")
        self.assertEqual(wanted, got)
        self.assertLess(rows, 1300)  # folded now and then

    def test_the_story_is_kept(self):
        told = self.session()
        told.say("BEGIN")
        told.say("INSERT INTO mc_pickup.tickets(id,title,status,created_at,updated_at)VALUES(7,'t','done',1,1),"
                 "(8,'t','done',1,1)")
        told.say("INSERT INTO mc_pickup.ticket_activity(id,ticket_id,kind,created_at)VALUES(1,7,'moved',1),"
                 "(2,8,'moved',1)")
        for text in ("UPDATE mc_pickup.ticket_activity SET body='x'", "DELETE FROM mc_pickup.ticket_activity",
                     "TRUNCATE mc_pickup.ticket_activity", "TRUNCATE mc_pickup.tickets CASCADE",
                     "INSERT INTO mc_pickup.ticket_activity(id,ticket_id,kind,created_at)VALUES(1,7,'x',1)"
                     "ON CONFLICT(id)DO UPDATE SET kind='x'"):
            told.say("SAVEPOINT s")
            self.assertIn("ERROR:  ticket_activity is append only", "\n".join(told.say(text)))
            told.say("ROLLBACK TO s")
        told.say("INSERT INTO mc_pickup.settings(host,key,value)VALUES('','archiving','7')")
        self.assertEqual(told.say("DELETE FROM mc_pickup.ticket_activity WHERE ticket_id=7 RETURNING id"), ["1"])
        self.assertIn("append only", told.say("DELETE FROM mc_pickup.ticket_activity WHERE ticket_id=8")[0])

    def test_a_need_is_not_changed(self):
        told = self.session()
        told.say("BEGIN")
        told.say("INSERT INTO mc_pickup.tickets(id,title,status,created_at,updated_at)VALUES(1,'t','todo',1,1),"
                 "(2,'t','todo',1,1),(3,'t','todo',1,1)")
        told.say("INSERT INTO mc_pickup.ticket_needs VALUES(1,2)")
        self.assertIn("remove the need and add another", told.say("UPDATE mc_pickup.ticket_needs SET needs_id=3")[0])

    def test_claims_wait_for_no_other(self):
        """Of many that are under way at once, at any number of counts."""
        self.rows("INSERT INTO mc_pickup.tickets(id,title,status,created_at,updated_at)SELECT i,'t','todo',1,1 FROM "
                  "generate_series(1001,1600)i")
        one, other = self.session(), self.session()
        for session in one, other:
            session.say("SET lock_timeout='300ms'")
            session.say("BEGIN")
        for ticket in range(1001, 1600, 2):
            text = "UPDATE mc_pickup.tickets SET status='in_progress' WHERE id={} RETURNING id"
            self.assertEqual(one.say(text.format(ticket)), [str(ticket)])
            self.assertEqual(other.say(text.format(ticket + 1)), [str(ticket + 1)])
        self.assertEqual(one.say("COMMIT") + other.say("COMMIT"), [])
        self.assertEqual(one.say("SELECT sum(n) FROM mc_pickup.ticket_counts WHERE status='in_progress'"), ["600"])
        self.rows("DELETE FROM mc_pickup.tickets WHERE id>1000")
        self.assertEqual(self.rows("SELECT status FROM mc_pickup.ticket_counts GROUP BY status HAVING sum(n)<>0"), [])


def operations(chance):
    put = "INSERT INTO tickets(id,title,status,created_at,updated_at)VALUES({},'t','{}',1,1)"
    yield from (put.format(ticket, chance.choice(STATUSES)) for ticket in range(1, 26))
    for _ in range(900):
        one, other, kind = chance.randint(1, 25), chance.randint(1, 25), chance.random()
        if kind < .35 and one != other:
            yield f"INSERT INTO ticket_needs(ticket_id,needs_id)VALUES({one},{other})ON CONFLICT DO NOTHING"
        elif kind < .5:
            yield f"DELETE FROM ticket_needs WHERE ticket_id={one} AND needs_id={other}"
        elif kind < .53:
            yield f"DELETE FROM ticket_needs WHERE needs_id={one}"
        elif kind < .56:
            yield f"DELETE FROM settings WHERE key='stuck:{one}'"
        elif kind < .6:
            yield f"DELETE FROM ticket_needs WHERE {one} IN(ticket_id,needs_id)"
            yield f"DELETE FROM tickets WHERE id={one}"
            yield put.format(one, chance.choice(STATUSES))
        else:
            yield f"UPDATE tickets SET status='{chance.choice(STATUSES)}',updated_at=2 WHERE id={one}"


if __name__ == "__main__":
    server.need()
    unittest.main()
