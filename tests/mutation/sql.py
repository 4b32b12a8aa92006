"""Mutants of SQL statements: what fences them is what two processes rest on."""
import os
import re
import subprocess
import tempfile

WORD = re.compile(r"'(?:[^']|'')*'|\w+|:\w+|<=|>=|<>|!=|\|\||\s+|.", re.DOTALL)
TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "!=": "="}


def texts(compiler, table, header, names):
    """{constant: (its number, statement)} as the compiler puts them together out of their macros."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "all.c"), os.path.join(folder, "all")
        said = "".join(f'say("{name}", {name});' for name in names)
        with open(source, "w", encoding="utf-8") as file:
            file.write(f'#include "{header}"\n#include <stdio.h>\nstatic void say(const char *name, int n) {{\n'
                       f'printf("%s%c%d%c%s%c", name, 0, n, 0, {table}[n] ? {table}[n] : "", 0); }}\n'
                       f"int main(void) {{ {said} return 0; }}\n")
        subprocess.run([*compiler, "-w", source, "-o", program], check=True)
        parts = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout.decode("latin-1").split("\0")
    return {name: (int(n), text) for name, n, text in zip(parts[0::3], parts[1::3], parts[2::3])}


def quoted(text):
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'


def words(text):
    return [(m.start(), m.end(), m.group()) for m in WORD.finditer(text) if not m.group().isspace()]


def conjunct_end(found, index):
    """Index of the word that ends the condition that begins after found[index]."""
    depth, between = 0, False
    for at in range(index + 1, len(found)):
        word = found[at][2].upper()
        if word in ("(", "CASE"):
            depth += 1
        elif word in (")", "END"):
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and word == "BETWEEN":
            between = True
        elif depth == 0 and word == "AND" and between:
            between = False
        elif depth == 0 and word in ("AND", "OR", "ORDER", "GROUP", "LIMIT", "UNION", "RETURNING", "WHEN", "THEN", "ELSE",
                                     "ON", "WHERE", "LEFT", "JOIN", "CROSS", ",", "SET", "DO", "HAVING"):
            return at
    return len(found)


def changes(text):
    """(was, is, the whole text with it) of each."""
    found = words(text)
    ends = len(text)
    between = False
    for index, (start, end, word) in enumerate(found):
        upper = word.upper()
        after = conjunct_end(found, index)
        stop = found[after][0] if after < len(found) else ends
        if upper == "BETWEEN":
            between = True
        elif upper == "AND" and between:
            between = False
        elif upper in ("AND", "OR"):
            yield text[start:stop].strip(), "(out)", text[:start] + " " + text[stop:]
        elif upper in ("WHERE", "ON") and after > index + 1 and found[index + 1][2].upper() not in ("CONFLICT",):
            yield text[end:stop].strip(), "1", text[:end] + (" 1 " if upper == "WHERE" else "(1)") + text[stop:]
        elif upper == "NOT" and found[index - 1][2].upper() not in ("IS", "DO"):
            yield f"NOT {found[index + 1][2]}", found[index + 1][2], text[:start] + text[end:]
        elif upper == "ORDER":
            stop = order_end(found, index, ends)
            yield text[start:stop].strip(), "(out)", text[:start] + text[stop:]
            yield text[start:stop].strip(), "DESC", turned(text, start, stop)
        elif upper == "LIMIT":
            following = found[index + 1]
            yield f"LIMIT {following[2]}", "2", text[:following[0]] + "2 " + text[following[1]:]
        elif word in TURNED and not assigns(found, index):
            yield around(found, text, index), TURNED[word], text[:start] + TURNED[word] + text[end:]


def assigns(found, index):
    """Is this "=" one of a SET list?"""
    depth = 0
    for _, _, word in reversed(found[:index]):
        if word == ")":
            depth += 1
        elif word == "(":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and word.upper() in ("WHERE", "AND", "OR", "WHEN", "ON", "SELECT", "CASE", "THEN", "PRAGMA"):
            return word.upper() == "PRAGMA"
        elif depth == 0 and word.upper() == "SET":
            return True
    return False


def order_end(found, index, ends):
    depth = 0
    for start, _, word in found[index + 1:]:
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            if depth < 0:
                return start
        elif depth == 0 and word.upper() in ("LIMIT", "RETURNING", "UNION"):
            return start
    return ends


def turned(text, start, stop):
    """The order the other way round."""
    part = text[start:stop].rstrip()
    first = part.split(",")[0]
    other = first[:-5] if first.upper().endswith(" DESC") else first + " DESC"
    return text[:start] + other + part[len(first):] + " " + text[stop:]


def around(found, text, index):
    first, last = found[max(index - 1, 0)], found[min(index + 1, len(found) - 1)]
    return text[first[0]:last[1]]
