"""The board of a history: a file of the one machine, or a database on a server that several share."""
import atexit
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
from world import boards, memory, private
import server as servers

PATH = "/usr/local/bin:/usr/bin:/bin"
PATIENCE = 300  # seconds; for a machine that is busy with other things
BUILD = os.environ.get("MC_BUILD", "")
BIN = os.environ.get("MC_BIN", os.path.join(BUILD, "bin"))
# Every change of a status, whoever makes it: a look at the rows sees the last one only.
WITNESS = """
CREATE TABLE model_moves(id INTEGER PRIMARY KEY, ticket INTEGER, was TEXT, became TEXT);
CREATE TRIGGER model_moved AFTER UPDATE OF status ON tickets WHEN OLD.status<>NEW.status BEGIN
    INSERT INTO model_moves(ticket,was,became) VALUES(NEW.id,OLD.status,NEW.status); END;
"""
# The same, and a server's clock that goes as fast as the machines': of this database alone.
OF_SERVER = """
CREATE TABLE public.model_moves(id bigserial PRIMARY KEY, ticket bigint, was text, became text);
CREATE FUNCTION public.model_moved() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    INSERT INTO public.model_moves(ticket,was,became) VALUES(NEW.id,OLD.status,NEW.status); RETURN NULL; END$$;
CREATE TRIGGER model_moved AFTER UPDATE OF status ON mc_pickup.tickets FOR EACH ROW WHEN(OLD.status<>NEW.status)
    EXECUTE FUNCTION public.model_moved();
CREATE TABLE public.model_clock AS SELECT interval '0' AS ahead;
ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO model_true_clock;
CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
    'SELECT pg_catalog.model_true_clock()+ahead FROM public.model_clock';
"""
NEW_NAME = "UPDATE settings SET value={} WHERE key='board'"
OTHERS = "FROM pg_stat_activity WHERE datname=current_database() AND pid<>pg_backend_pid()"


class Stuck(Exception):
    """Something that was waited for did not come."""


def until(condition, what):
    end, pause = time.monotonic() + PATIENCE, 0.001
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    raise Stuck(f"waited {PATIENCE} s for {what}")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8", opener=private) as file:
        file.write(text)
    os.rename(path + ".new", path)


def made_folder():
    """One that is there for as long as this process."""
    made = tempfile.mkdtemp(prefix="mcm-made.", dir=memory())
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def init(folder, name):
    write(os.path.join(folder, "config.json"), "{}")
    done = subprocess.run([os.path.join(BIN, "mc-ticket"), "init", "--db", name, "--config",
                           os.path.join(folder, "config.json")], env={"PATH": PATH, "HOME": folder},
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise Stuck(f"init: {done.returncode} {done.stderr.decode()}")


@functools.cache
def file_template():
    """A board that is copied for each history, of this process and of those that it forks later."""
    made = made_folder()
    path = os.path.join(made, "board.db")
    init(made, path)
    board = sqlite3.connect(path)
    board.executescript(WITNESS)
    board.close()
    return path


@functools.cache
def server():
    """Of all histories of several hosts, likewise; servers.Missing where there is none to be had."""
    os.environ.setdefault("MC_WORLDS", memory())
    one = servers.Server()
    atexit.register(stop, one, os.getpid())
    uri = one.database("model")
    init(made_folder(), uri)
    board = boards.Server(uri)
    board.run("SET allow_system_table_mods=on")
    board.run(OF_SERVER)
    board.close()
    return one


def stop(one, owner):
    if os.getpid() == owner:
        one.stop()


class File:
    shared = False

    def __init__(self, place):
        """One that init made, as a board of its own: at its place, by a name that no other has."""
        self.name = os.path.join(place, "board.db")
        shutil.copy(file_template(), self.name)
        there = os.stat(self.name)
        board = sqlite3.connect(self.name)
        with board:
            board.execute("UPDATE settings SET value=? WHERE key='place'",
                          (f"{there.st_dev}:{there.st_ino} {self.name}",))
            board.execute(NEW_NAME.format("lower(hex(randomblob(8)))"))
        board.close()

    def rows(self, statement, *values):
        return boards.rows(self.name, statement, values)

    def queries(self, statements):
        """What each finds, in one look."""
        board = sqlite3.connect(self.name, timeout=60)
        board.row_factory = sqlite3.Row
        try:
            board.execute("BEGIN")
            return [board.execute(one).fetchall() for one in statements]
        finally:
            board.close()

    def dump(self):
        return boards.dump(self.name)

    def settle(self):
        """What a dead program left under way is done."""

    def later(self, ms):
        """So much time has passed, by a clock that is no machine's."""

    def end(self):
        pass


class Database:
    shared = True

    def __init__(self, place):
        self.server, self.database = server(), os.path.basename(place)
        self.admin(f'CREATE DATABASE "{self.database}" TEMPLATE model')
        self.link = boards.Server(self.server.address(self.database))
        self.link.run("SET search_path=mc_pickup,public,pg_catalog")
        self.link.run(NEW_NAME.format("substr(md5(random()::text),1,16)"))

    def admin(self, statement):
        link = boards.Server(self.server.uri)
        try:
            link.run(statement)
        finally:
            link.close()

    def name_by(self, folder):
        """As it is reached by a link to the server's place, which can be cut."""
        return self.server.address(self.database, host=folder)

    def rows(self, statement, *values):
        return self.link.run(statement, values)

    def queries(self, statements):
        self.link.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        found = [self.link.run(one) for one in statements]
        self.link.run("COMMIT")
        return found

    def dump(self):
        return self.link.dump()

    def settle(self):
        """Its server hears of a client's death when it next speaks to it."""
        until(lambda: not self.rows("SELECT 1 " + OTHERS), "the server to end a dead program's connection")

    def hang_up(self):
        self.rows("SELECT pg_terminate_backend(pid) " + OTHERS)

    def later(self, ms):
        self.rows(f"UPDATE public.model_clock SET ahead=ahead+interval '{ms} ms'")

    def end(self):
        self.link.close()
        self.admin(f'DROP DATABASE "{self.database}" WITH (FORCE)')
