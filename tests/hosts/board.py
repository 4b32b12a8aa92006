#!/usr/bin/env python3
"""A board as tests look at it, in a file or on a server, by the same SQL; libpq by ctypes, for want of another driver.

    board.py rows BOARD SQL   the rows, a|b a line; also runs a change, or several
    board.py dump BOARD       every row, after a check that the board is sound
    board.py make             makes a database on the server of MC_TEST_DB, prints its URI
    board.py drop BOARD       removes it
"""
import ctypes
import os
import sys
import time

# re and sqlite3 are brought where they are needed: they take most of the time of a short life.

DIALECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dialect.sql")
BOOL, NUMBERS = 16, (20, 21, 23)
COMMAND_OK, TUPLES_OK = 1, 2
TRANSIENT = ("hosts", "ticket_counts")  # who was seen when, and counts that are folded now and then


def is_server(name):
    return name.startswith("postgres")


def library():
    pq = ctypes.CDLL("libpq.so.5")
    for name in ("PQconnectdb", "PQexecParams", "PQexec"):
        getattr(pq, name).restype = ctypes.c_void_p
    for name in ("PQerrorMessage", "PQgetvalue", "PQresultErrorMessage", "PQfname"):
        getattr(pq, name).restype = ctypes.c_char_p
    return pq


class Row(tuple):
    """Values by their places or, as sqlite3.Row, by their names."""

    def __new__(cls, names, values):
        row = super().__new__(cls, values)
        row.names = names
        return row

    def __getitem__(self, key):
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)

    def keys(self):
        return self.names


class Server:
    def __init__(self, name):
        self.pq = library()
        self.link = ctypes.c_void_p(self.pq.PQconnectdb(name.encode()))
        if self.pq.PQstatus(self.link) != 0:
            raise RuntimeError(self.pq.PQerrorMessage(self.link).decode())
        self.pq.PQsetNoticeProcessor(self.link, ctypes.cast(None, ctypes.c_void_p), None)
        self.run("SET client_min_messages=error")

    def close(self):
        self.pq.PQfinish(self.link)

    def speak(self):
        """As the tests' SQL means it."""
        if self.run("SELECT to_regnamespace('mc_pickup')IS NOT NULL AND to_regnamespace('tests')IS NULL")[0][0]:
            with open(DIALECT, encoding="utf-8") as file:
                self.run(file.read())
        self.run("SET search_path=tests,mc_pickup,pg_catalog;SET tests.host='" + os.uname().nodename + "'")

    def run(self, text, values=()):
        if values:
            first, *rest = text.split("?")
            text = first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
            given = (ctypes.c_char_p * len(values))(*[None if one is None else str(one).encode() for one in values])
            result = self.pq.PQexecParams(self.link, text.encode(), len(values), None, given, None, None, 0)
        else:
            result = self.pq.PQexec(self.link, text.encode())
        result = ctypes.c_void_p(result)
        try:
            if self.pq.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
                raise RuntimeError(f"{text}: {self.pq.PQresultErrorMessage(result).decode()}")
            return self.rows_of(result)
        finally:
            self.pq.PQclear(result)

    def lock(self):
        """Nobody else writes until it is closed."""
        self.run("BEGIN;SELECT pg_advisory_xact_lock(1296257109,0)")

    def rows_of(self, result):
        columns = range(self.pq.PQnfields(result))
        names = [self.pq.PQfname(result, column).decode() for column in columns]
        return [Row(names, [self.value(result, row, column) for column in columns])
                for row in range(self.pq.PQntuples(result))]

    def value(self, result, row, column):
        if self.pq.PQgetisnull(result, row, column):
            return None
        text = self.pq.PQgetvalue(result, row, column).decode()
        kind = self.pq.PQftype(result, column)
        return int(text == "t") if kind == BOOL else int(text) if kind in NUMBERS else text

    def rows(self, text, values=()):
        self.speak()
        found = self.run(text, values)
        if "INSERT" in text:
            self.run("SELECT tests.follow()")
        return found

    def dump(self):
        tables = self.run("SELECT relname FROM pg_class WHERE relnamespace='mc_pickup'::regnamespace AND relkind='r' "
                          "ORDER BY 1")
        return [f"{table[0]} {row[0]}" for table in tables if table[0] not in TRANSIENT
                for row in self.run(f"SELECT t::text FROM mc_pickup.{table[0]} AS t ORDER BY 1")]


class File:
    def __init__(self, name):
        import sqlite3  # pylint: disable=import-outside-toplevel
        self.board = sqlite3.connect(name, timeout=60)
        self.board.row_factory = sqlite3.Row
        self.several = (sqlite3.Warning, sqlite3.ProgrammingError)  # as versions say it

    def close(self):
        self.board.close()

    def lock(self):
        self.board.execute("BEGIN IMMEDIATE")

    def rows(self, text, values=()):
        try:
            found = self.board.execute(text, values).fetchall()
        except self.several:  # more than one statement
            self.board.executescript(text)
            found = []
        self.board.commit()
        return found

    def dump(self):
        sound = [tuple(row) for row in self.board.execute("PRAGMA integrity_check").fetchall()]
        if sound != [("ok",)]:
            raise ValueError(sound)
        return list(self.board.iterdump())


def opened(name):
    return Server(name) if is_server(name) else File(name)


def rows(name, text, values=()):
    board = opened(name)
    try:
        return board.rows(text, values)
    finally:
        board.close()


def dump(name):
    board = opened(name)
    try:
        return board.dump()
    finally:
        board.close()


def lines(found):
    return "\n".join("|".join("" if value is None else str(value) for value in row) for row in found)


def change_server(text):
    server = Server(os.environ["MC_TEST_DB"])
    try:
        server.run(text)
    finally:
        server.close()


def make():
    name = f"world_{os.getpid()}_{time.monotonic_ns()}"
    change_server(f"CREATE DATABASE {name}")
    return os.environ["MC_TEST_DB"].replace("/postgres?", f"/{name}?")


def drop(name):
    change_server(f"DROP DATABASE IF EXISTS {name.rpartition('/')[2].partition('?')[0]} WITH(FORCE)")


def main(word, *arguments):
    if word == "rows":
        found = lines(rows(*arguments))
        print(found, end="\n" if found else "")
    elif word == "dump":
        print("\n".join(dump(*arguments)))
    elif word == "make":
        print(make())
    elif word == "drop":
        drop(*arguments)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # pylint: disable=broad-except
        sys.exit(str(error))
