"""Mutants of tables: rows are put into a table's place when the program starts (at file scope) or each time that the
declaration is passed (inside a function)."""
import re

import clang.cindex as cindex

import places
import report
import sql

TOKEN = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\d\w*|\s+|.', re.DOTALL)
DESIGNATED = re.compile(r"\s*\[([^\]]+)\]\s*=\s*")


def tokens(text, at=0):
    """(start, end, token) of a text without blanks and comments."""
    for match in TOKEN.finditer(text):
        if not match.group().isspace() and not match.group().startswith("/*"):
            yield at + match.start(), at + match.end(), match.group()


def rows(text, start, end):
    """(index as C says it, start, end, designated) of each element of the list text[start:end] in its braces."""
    depth, begin, spans = 0, start + 1, []
    for s, e, token in tokens(text[start:end], start):
        if token in "{([":
            depth += 1
        elif token in "})]":
            depth -= 1
        if token == "," and depth == 1 or depth == 0 and token == "}":
            spans.append((begin, s))
            begin = e
    base, count, named = "0", 0, False
    for begin, finish in spans:
        if not report.COMMENT.sub("", text[begin:finish]).strip():
            continue
        match = DESIGNATED.match(report.COMMENT.sub(lambda m: " " * len(m.group()), text[begin:finish]))
        if match:
            base, count, named = match.group(1), 0, True
            begin += match.end()
        lead = re.match(r"(?:\s|/\*.*?\*/)*", text[begin:finish], re.DOTALL)
        yield f"({base}) + {count}", begin + lead.end(), begin + len(text[begin:finish].rstrip()), named
        count += 1


def changes(text, constants):
    """(start, end, what stands instead) of each small change of a row's text."""
    found = list(tokens(text))
    index = 0
    while index < len(found):
        start, end, token = found[index]
        if token[0] == '"':
            while index + 1 < len(found) and found[index + 1][2][0] == '"':
                index += 1
                end = found[index][1]
            if text[start:end] != '""':
                yield start, end, '""'
        elif token in ("true", "false"):
            yield start, end, "false" if token == "true" else "true"
        elif token[0].isdigit():
            yield start, end, f"({token} + 1)"
        elif token in constants:
            yield start, end, constants[token]
        index += 1


def decides(row, constants):
    """Does it begin with a function that says whether it holds? The order of rows that are looked up by a key says
    nothing."""
    first = re.match(r"\{\s*([a-z_]\w*)\s*,", row)
    return first is not None and first[1] not in constants and first[1] not in ("true", "false")


class Rows:
    """What is woven in for the tables of one file."""

    def __init__(self, weaver):
        self.weaver, self.text = weaver, weaver.text
        self.patches = []  # (mutant, declaration, where it goes: None for the file's end, [(index, row text)])
        self.unconst = []
        for node, after in weaver.finder.tables:
            self.table(node, after)

    def table(self, node, after):
        lists = [c for c in node.get_children() if places.bare(c).kind == cindex.CursorKind.INIT_LIST_EXPR]
        if not lists or self.text[lists[-1].extent.start.offset] != "{":
            return
        start, end = lists[-1].extent.start.offset, lists[-1].extent.end.offset
        self.loosen(node, start)
        constants = {}
        gather(lists[-1], constants)
        kind = node.type.get_canonical().kind.name
        if node.spelling == "sql_sqlite":
            self.statements(node, list(rows(self.text, start, end)))
        elif kind in ("CONSTANTARRAY", "INCOMPLETEARRAY"):
            self.array(node, after, list(rows(self.text, start, end)), constants)
        else:
            self.one(node, after, (start, end), constants)

    def loosen(self, node, start):
        """A static table gives up its const, so that the compiler does not take its rows for known."""
        if node.storage_class != cindex.StorageClass.STATIC:
            return
        head = self.text[node.extent.start.offset:start]
        name = re.search(rf"\b{re.escape(node.spelling)}\b(?=\s*(?:\[|=))", head)
        stars = head.rfind("*", 0, name.start() if name else 0)
        brace = head.find("{")
        if stars >= 0 and (brace < 0 or stars > head.rfind("}")):
            match = re.compile(r"\bconst\b").search(head, stars)
        else:
            match = re.search(r"\bconst\b", head[:brace] if brace >= 0 else head)
        if match:
            self.unconst.append((node.extent.start.offset + match.start(), len(match.group()), ""))

    def note(self, node, after, span, put):
        """span: (start, end, was, is); put: [(index, row)]"""
        mutant = self.weaver.new(*span)
        mutant.table = node.spelling
        mutant.inside = after is not None
        self.patches.append((mutant, node.spelling, self.text.find(";", node.extent.end.offset) + 1, put))
        return mutant

    def array(self, node, after, found, constants):
        structs = [self.text[s] == "{" for _, s, _, _ in found]
        for number, (index, start, end, named) in enumerate(found):
            row = self.text[start:end]
            for begin, finish, now in changes(row, constants):
                put = row[:begin] + now + row[finish:]
                self.note(node, after, (start + begin, start + finish, report.flat(row[begin:finish]), now), [(index, put)])
            if named or not all(structs) or len(found) < 2:
                continue
            other = found[number - 1] if number else found[1]
            beside = self.text[other[1]:other[2]]
            self.note(node, after, (start, end, report.flat(row), "(row out)"), [(index, beside)])
            if number and decides(row, constants):
                told = f"{report.flat(row)} before {report.flat(beside)}"
                self.note(node, after, (start, end, report.flat(row), told), [(index, beside), (other[0], row)])

    def one(self, node, after, span, constants):
        whole = self.text[span[0]:span[1]]
        for begin, finish, now in changes(whole, constants):
            self.note(node, after, (span[0] + begin, span[0] + finish, report.flat(whole[begin:finish]), now),
                      [(None, whole[:begin] + now + whole[finish:])])

    def statements(self, node, found):
        names = [index.split(")")[0][1:] for index, _, _, _ in found]
        said = sql.texts(self.weaver.compiler, node.spelling, self.weaver.path, names)
        for name, (index, start, end, _) in zip(names, found):
            number, text = said[name]
            for was, told, now in sql.changes(text):
                mutant = self.note(node, None, (start, end, f"{name}: {was}", told), [(index, sql.quoted(now))])
                mutant.row = number

    # What is woven in.

    def inserts(self):
        """(offset, characters to leave out, what to put) in order."""
        found = list(self.unconst)
        for node, inside in self.weaver.finder.tables:
            after = self.text.find(";", node.extent.end.offset) + 1
            mine = [patch for patch in self.patches if patch[2] == after and patch[0].compiled]
            if mine:
                found.append((after, 0, "\n" + ("".join(map(passed, mine)) if inside else started(node.spelling, mine))))
        return sorted(found)


def targets(patch):
    """(what is put there, its variable, row) of each row that a mutant changes."""
    mutant, name, _, put = patch
    for k, (index, row) in enumerate(put):
        yield name if index is None else f"{name}[{index}]", f"mc_v{mutant.number}_{k}", oneline(row)


def passed(patch):
    """Inside a function: each time that the declaration is passed."""
    body = "".join(f"static __typeof__({target}) {own} = {row}; mc_mutant_patch(&{target}, &{own}, sizeof {target}); "
                   for target, own, row in targets(patch))
    return f"if (mc_m({patch[0].number})) {{ {body}}}\n"


def started(name, patches):
    """At file scope: once, before the program begins."""
    variables, cases = [], []
    for patch in patches:
        calls = ""
        for target, own, row in targets(patch):
            variables.append(f"static __typeof__({target}) {own} = {row}; /* mc_m({patch[0].number}) */\n")
            calls += f"mc_mutant_patch(&{target}, &{own}, sizeof {target}); "
        cases.append(f"case {patch[0].number}: {calls}break;\n")
    return ("".join(variables) + f"__attribute__((constructor(200))) static void mc_mutant_of_{name}(void) {{\n"
            "switch (mc_mutant) {\n" + "".join(cases) + "}}\n")


def oneline(text):
    return " ".join(report.COMMENT.sub(" ", text).split("\n"))


def gather(node, constants):
    """The constants of enums under a node, each with its neighbour."""
    for child in node.get_children():
        other = places.neighbour(child)
        if other:
            constants[child.spelling] = other
        gather(child, constants)
