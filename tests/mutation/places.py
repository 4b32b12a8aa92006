"""Where one file of C can be changed, from its syntax tree: Place objects of alternatives, each a small mistake that a
hand could make. Offsets are of bytes; texts are latin-1, so that a character is a byte."""
import re

import clang.cindex as cindex

from report import COMMENT, flat

KINDS = cindex.CursorKind
SWAPS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",),
         "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("/",), "&": ("|",), "|": ("&",), "^": ("&",),
         "<<": (">>",), ">>": ("<<",), "+=": ("-=",), "-=": ("+=",), "*=": ("/=",), "/=": ("*=",), "|=": ("&=",),
         "&=": ("|=",)}
# Their order says nothing.
SYMMETRIC = re.compile(r"^(strcmp|strcasecmp|memcmp|strncmp|strncasecmp|\w*(same|equal)\w*|x?calloc|least|most)$")
# What goes with these is seen by the sanitizers' build alone.
FREES = re.compile(r"^(free|\w+_(free|release))$")
# How much room there is: one more is the sanitizers' to see.
SIZES = re.compile(r"_SIZE$|^SIZE_|_ROOM$")
EDGES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
SCALARS = {"BOOL", "INT", "UINT", "LONG", "ULONG", "LONGLONG", "ULONGLONG", "SHORT", "USHORT", "CHAR_S", "UCHAR", "ENUM",
           "POINTER"}


class Place:
    """A stretch of the text and what may stand there instead. shape: "value" (an expression), "statement" (an
    expression with its semicolon left outside), "jump" (a statement with its semicolon)."""

    def __init__(self, start, end, shape):
        self.start, self.end, self.shape = start, end, shape
        self.others = []  # (now, was, is): the text to put, and how a reader is told

    def add(self, now, was, told):
        if now not in [other[0] for other in self.others]:
            self.others.append((now, flat(was), flat(told)))


class Finder:
    """Places of the function bodies of one translation unit."""

    def __init__(self, unit, path, text):
        self.unit, self.path, self.text = unit, path, text
        self.places = {}
        self.functions = []  # (start, end, name)
        self.tables = []  # declarations with a list, for tables.py
        self.macros = [(n.extent.start.offset, n.extent.end.offset) for n in unit.cursor.get_children()
                       if n.kind == KINDS.MACRO_INSTANTIATION and self.ours(n)]

    def ours(self, node):
        file = node.location.file
        return file is not None and file.name == self.path

    def find(self):
        for node in self.unit.cursor.get_children():
            if not self.ours(node):
                continue
            if node.kind == KINDS.FUNCTION_DECL and node.is_definition() and not self.hidden(node):
                body = list(node.get_children())[-1]
                self.functions.append((node.extent.start.offset, node.extent.end.offset, node.spelling))
                self.statement(body, None)
            elif node.kind == KINDS.VAR_DECL:
                self.tables.append((node, None))
        return self

    # Texts and places.

    def cut(self, node):
        return self.text[node.extent.start.offset:node.extent.end.offset]

    def place(self, node, shape="value", end=None):
        key = (node.extent.start.offset, end or node.extent.end.offset, shape)
        return self.places.setdefault(key, Place(*key))

    def hidden(self, node):
        """Does it come out of a macro?"""
        start, end = node.extent.start.offset, node.extent.end.offset
        return any(s <= start and end <= e for s, e in self.macros)

    def replace(self, node, now):
        self.place(node).add(now, self.cut(node), now)

    # Statements.

    def statement(self, node, parent):
        kind = node.kind
        children = list(node.get_children())
        if kind == KINDS.COMPOUND_STMT:
            self.order(children)
            for child in children:
                self.statement(child, node)
        elif kind == KINDS.IF_STMT:
            self.condition(children[0], "10")
            for child in children[1:]:
                self.statement(child, node)
        elif kind in (KINDS.WHILE_STMT, KINDS.SWITCH_STMT):
            if kind == KINDS.WHILE_STMT:
                self.condition(children[0], "0")
            else:
                self.value(children[0])
            self.statement(children[1], node)
        elif kind == KINDS.DO_STMT:
            self.statement(children[0], node)
            self.condition(children[1], "0")
        elif kind == KINDS.FOR_STMT:
            self.loop(node, children)
        elif kind in (KINDS.CASE_STMT, KINDS.DEFAULT_STMT, KINDS.LABEL_STMT):
            self.statement(children[-1], node)
        elif kind in (KINDS.BREAK_STMT, KINDS.CONTINUE_STMT):
            self.jump(node)
        elif kind == KINDS.RETURN_STMT:
            self.returned(node, children, parent)
        elif kind == KINDS.DECL_STMT:
            for child in children:
                self.declared(child)
        elif kind.is_expression():
            self.expression(node)
            self.value(node)

    def loop(self, node, children):
        head = self.text[node.extent.start.offset:children[-1].extent.start.offset]
        plain = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/', lambda m: " " * len(m.group()), head,
                       flags=re.DOTALL)
        first = node.extent.start.offset + plain.find(";")
        second = node.extent.start.offset + plain.find(";", plain.find(";") + 1)
        for child in children[:-1]:
            if child.kind == KINDS.DECL_STMT:
                self.statement(child, node)
            elif first < child.extent.start.offset < second:
                self.condition(child, "0")
            else:
                self.value(child)
        self.statement(children[-1], node)

    def jump(self, node):
        end = self.text.find(";", node.extent.end.offset)
        self.place(node, "jump", end + 1).add("", self.cut(node), "(out)")

    def returned(self, node, children, parent):
        if parent is not None and parent.kind in (KINDS.CASE_STMT, KINDS.DEFAULT_STMT):
            self.jump(node)
        if not children:
            return
        node = children[0]
        plain = self.cut(node)
        scalar = node.type.get_canonical().kind.name in SCALARS
        constant = re.fullmatch(r"-?\d\w*|[A-Z_]+|true|false|'.*'|\".*\"", plain)
        if node.type.get_canonical().kind.name == "BOOL" and not constant:
            self.condition(node)
            return
        if scalar and not constant:
            self.replace(node, "0")
        self.value(node)

    def declared(self, node):
        if node.kind != KINDS.VAR_DECL:
            return
        if node.storage_class == cindex.StorageClass.STATIC:
            self.tables.append((node, self.text.find(";", node.extent.end.offset) + 1))
            return
        equals = self.text.find("=", node.extent.start.offset, node.extent.end.offset)
        for child in node.get_children():
            if equals >= 0 and child.extent.start.offset > equals and child.kind.is_expression():
                self.value(child)

    def call(self, node):
        """The call that a statement is, whatever it is cast to or put into."""
        while node.kind in (KINDS.UNEXPOSED_EXPR, KINDS.CSTYLE_CAST_EXPR, KINDS.PAREN_EXPR):
            node = list(node.get_children())[-1]
        if node.kind == KINDS.BINARY_OPERATOR and self.operator(node, list(node.get_children())) == "=":
            return self.call(list(node.get_children())[1])
        return node if node.kind == KINDS.CALL_EXPR else None

    def expression(self, node):
        plain = flat(self.cut(node))
        call = self.call(node)
        if call is None and plain.startswith("(void)") or call is not None and FREES.match(call.spelling):
            return
        self.place(node, "statement").add("(void)0", plain, "(out)")

    def order(self, children):
        """Two calls that stand one after the other, the other way round."""
        for one, two in zip(children, children[1:]):
            if not (one.kind.is_expression() and two.kind.is_expression()):
                continue
            calls = self.call(one), self.call(two)
            if not all(calls) or any(FREES.match(c.spelling) for c in calls) or self.cut(one) == self.cut(two):
                continue
            first, second = self.place(one, "statement"), self.place(two, "statement")
            told = f"{self.cut(one)}; {self.cut(two)}"
            first.add((two.extent.start.offset, two.extent.end.offset), told, f"{self.cut(two)}; {self.cut(one)}")
            second.add((first, len(first.others) - 1), told, "")

    # Expressions.

    def condition(self, node, values="10"):
        """What is asked for a yes or no. Made 1 and made 0 it shows more than turned round, and each side of an && or
        || left out more than the other operator: those say nothing new and are left out."""
        inner = bare(node)
        children = list(inner.get_children())
        operator = self.operator(inner, children) if inner.kind == KINDS.BINARY_OPERATOR else ""
        hidden = self.hidden(inner)
        if flat(self.cut(node)) not in ("0", "1", "true", "false"):
            for value in values:
                if (operator, value) not in (("&&", "1"), ("||", "0")):
                    self.replace(node, value)
        if hidden:
            return
        if operator in ("&&", "||"):
            first, second = (self.cut(child) for child in children)
            self.replace(inner, first)
            self.replace(inner, second)
            for child in children:
                self.condition(child, "")
            return
        if operator in EDGES:
            self.replace(inner, f"{self.cut(children[0])} {EDGES[operator]} {self.cut(children[1])}")
        if operator in ("==", "!=") or operator in EDGES:
            self.sides(children)
        elif inner.kind == KINDS.UNARY_OPERATOR and self.cut(inner)[0] == "!":
            self.condition(children[0], "")
        else:
            self.value(inner)

    def sides(self, children):
        """Of a comparison: with which constant shows as little as which way round."""
        compared = any((bare(child).spelling or "").endswith("cmp") for child in children)
        for child in children:
            if bare(child).kind == KINDS.DECL_REF_EXPR and child.type.get_canonical().kind.name in ("UINT", "ENUM") or \
                    compared and bare(child).kind == KINDS.INTEGER_LITERAL:
                continue
            self.value(child)

    def value(self, node):
        kind = node.kind
        if kind in (KINDS.CXX_UNARY_EXPR, KINDS.StmtExpr) or kind.name == "OFFSETOF_EXPR":
            return
        children = list(node.get_children())
        if not self.hidden(node) or kind == KINDS.INTEGER_LITERAL:
            self.changed(node, kind, children)
        if kind == KINDS.BINARY_OPERATOR and len(children) == 2:
            operator = self.operator(node, children)
            if operator in ("&&", "||"):
                return
            if operator in ("==", "!=") or operator in EDGES:
                self.sides(children)
                return
        if kind == KINDS.CONDITIONAL_OPERATOR:
            children = children[1:]
        for child in children:
            if child.kind.is_expression():
                self.value(child)

    def changed(self, node, kind, children):
        if kind in (KINDS.BINARY_OPERATOR, KINDS.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
            self.binary(node, children)
        elif kind == KINDS.UNARY_OPERATOR and self.cut(node)[0] in "!~-" and self.cut(node)[:2] != "--" \
                and children[0].kind != KINDS.INTEGER_LITERAL:
            self.replace(node, self.cut(children[0]))
        elif kind == KINDS.CONDITIONAL_OPERATOR:
            self.condition(children[0])
        elif kind == KINDS.INTEGER_LITERAL:
            self.number(node)
        elif kind == KINDS.CHARACTER_LITERAL:
            self.replace(node, f"({self.cut(node)} + 1)")
        elif kind == KINDS.STRING_LITERAL:
            if self.cut(node) != '""':
                self.replace(node, '""')
        elif kind == KINDS.CALL_EXPR:
            self.arguments(node)
        elif kind == KINDS.DECL_REF_EXPR:
            other = neighbour(node)
            if other:
                self.replace(node, other)

    def operator(self, node, children):
        between = self.text[children[0].extent.end.offset:children[1].extent.start.offset]
        return COMMENT.sub(" ", between).strip()

    def binary(self, node, children):
        left, right = children
        operator = self.operator(node, children)
        if operator in ("&&", "||"):
            self.condition(node)
        elif node.type.get_canonical().kind.name != "POINTER":
            for other in SWAPS.get(operator, ()):
                self.replace(node, f"{self.cut(left)} {other} {self.cut(right)}")

    def number(self, node):
        plain = self.cut(node)
        if plain in ("true", "false"):
            self.replace(node, "false" if plain == "true" else "true")
        elif re.fullmatch(r"\d\w*", plain):
            self.replace(node, f"({plain} + 1)")
            if plain.strip("uUlL") not in ("0", "0x0"):
                self.replace(node, "0")

    def arguments(self, node):
        given = list(node.get_arguments())
        if SYMMETRIC.match(node.spelling or ""):
            return
        for one, two in zip(given, given[1:]):
            first, second = self.cut(one), self.cut(two)
            if '"' in (first[:1], second[:1]) or one.type.get_canonical().spelling != \
                    two.type.get_canonical().spelling or first == second:
                continue
            start = node.extent.start.offset
            now = (self.text[start:one.extent.start.offset] + second +
                   self.text[one.extent.end.offset:two.extent.start.offset] + first +
                   self.text[two.extent.end.offset:node.extent.end.offset])
            self.replace(node, now)


def bare(node):
    """Without brackets and what the compiler puts around it."""
    while node.kind in (KINDS.UNEXPOSED_EXPR, KINDS.PAREN_EXPR) and len(list(node.get_children())) == 1:
        node = next(node.get_children())
    return node


def neighbour(node):
    """What a constant of an enum is taken for: the next of its enum; one that stands alone is one more."""
    if node.kind != KINDS.DECL_REF_EXPR or node.referenced is None or \
            node.referenced.kind != KINDS.ENUM_CONSTANT_DECL:
        return None
    if SIZES.search(node.spelling):
        return None
    names = [n.spelling for n in node.referenced.semantic_parent.get_children()]
    if not node.referenced.semantic_parent.spelling or len(names) == 1 or "(" in node.referenced.semantic_parent.spelling:
        return f"({node.spelling} + 1)"
    names = [name for name in names if not name.endswith("_COUNT")] or names
    return names[(names.index(node.spelling) + 1) % len(names)] if node.spelling in names else names[0]


def parse(path, arguments):
    """The places of the file at the path."""
    with open(path, encoding="latin-1", newline="") as file:
        text = file.read()
    unit = cindex.Index.create().parse(path, args=arguments,
                                       options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
    wrong = [str(d) for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
    if wrong:
        raise SystemExit(f"tests/mutate: {path} cannot be read: {wrong[0]}")
    return Finder(unit, path, text).find()
