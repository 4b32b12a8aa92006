"""What the pages promise is what the programs do: nothing is missing on either side."""
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import words
from words import BIN, Page, key_type, promises, run

PICKUP = os.path.join(BIN, "mc-pickup")
TICKET = os.path.join(BIN, "mc-ticket")
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")


def board(folder):
    path = os.path.join(folder, "board.db")
    run(TICKET, "init", "--db", path, "--config", os.path.join(folder, "config.json"))
    return path


def keys_of(value, found=None):
    """Every member name in a JSON value."""
    found = set() if found is None else found
    if isinstance(value, dict):
        for key, inner in value.items():
            found.add(key)
            keys_of(inner, found)
    elif isinstance(value, list):
        for inner in value:
            keys_of(inner, found)
    return found


class Case(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.code = promises()
        cls.folder = tempfile.mkdtemp(prefix="mcm.", dir=os.environ.get("MC_WORLDS", "/tmp"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)


class Options(Case):
    def test_pickup(self):
        help_text = run(PICKUP, "--help")
        self.assertEqual(set(OPTION.findall(help_text)), Page("mc-pickup.1").flags())

    def test_pickup_takes_them(self):
        """An option that is in the page is one that the program knows: with --help it ends with 0."""
        for flag in Page("mc-pickup.1").flags():
            value = ["MC-1"] if flag == "--ticket" else ["/nowhere"] if flag in ("--config", "--db") else []
            run(PICKUP, flag, *value, "--help")

    def test_ticket(self):
        help_text = "".join(words.commands().values())
        self.assertEqual(set(OPTION.findall(help_text)) - {"--help"}, Page("mc-ticket.1").flags() - {"--help"})

    def test_help_fits(self):
        """Each command's and the whole, in 100 columns."""
        for name, text in {"": run(TICKET, "--help"), **words.commands()}.items():
            self.assertEqual([], [line for line in text.splitlines() if len(line) > 100], name)

    def test_ticket_commands(self):
        """Those of --help, under the same headings and in the same order."""
        page = Page("mc-ticket.1")
        for part in run(TICKET, "--help").split("\n\n")[1:-2]:
            title, *lines = part.splitlines()
            names = [line.split()[0] for line in lines]
            title = title.rstrip(":").capitalize()
            found = list(page.items(title, "Cm"))
            if title == "Moving":
                found = [row[0].split()[0] for row in page.columns(title, "Cm")]
            self.assertEqual(names, [name for name in found if name.islower()], title)

    def test_each_commands_options_stand_with_it(self):
        """What `mc-ticket COMMAND --help` lists beyond every command's is in the page, under that command."""
        page = "\n".join(Page("mc-ticket.1").lines)
        for command in ("add", "edit", "list", "show", "page", "health", "diff", "log", "attach", "doctor", "export",
                        "import", "send", "note", "signal"):
            own = set(OPTION.findall(words.commands()[command].split("\n\n")[0]))
            own -= {"--request-id", "--by"}
            start = re.search(rf"^\.It Cm {command}\b", page, re.MULTILINE).start()
            end = re.compile(r"^\.(?:Ss|Sh) |^\.It Cm (?!DONE)", re.MULTILINE).search(page, start + 5)
            under = page[start:end.start()]
            named = {"-" + flag for line in re.findall(r"^\.It Fl .*", under, re.MULTILINE)
                     for flag in re.findall(r"Fl (-[a-z-]+)", line)}
            self.assertEqual(own, named, command)


class Tables(Case):
    def test_exit_codes(self):
        page = Page("mc-pickup.1")
        found = {tuple(m.groups()) for m in map(re.compile(r"\.It (\d+) Pq ([A-Z]+)$").match, page.part("EXIT STATUS"))
                 if m}
        self.assertEqual({(code, name) for code, name in self.code["exit"]}, found)

    def test_exit_codes_of_mc_ticket_are_some_of_them(self):
        found = {m.group(1) for m in map(re.compile(r"\.It (\d+)$").match, Page("mc-ticket.1").part("EXIT STATUS"))
                 if m}
        self.assertTrue(found <= {code for code, _ in self.code["exit"]}, found)

    def test_classes(self):
        page = Page("mc-pickup.1")
        self.assertEqual(self.code["class"], page.columns("Classes of answers", "Li"))
        meanings = set(page.items("Classes of answers", "Li"))
        self.assertEqual({row[0] for row in self.code["class"]}, meanings)

    def test_heal_rules(self):
        self.assertEqual([row[0] for row in self.code["rule"]], list(Page("mc-pickup.1").items("Healing", "Li")))

    def test_adoption(self):
        refusals = [row[0] for row in self.code["verdict"] if not row[0].startswith("adopt")]
        self.assertEqual(refusals, list(Page("mc-pickup.1").items("Adoption", "Li")))

    def test_moves(self):
        rows = [[command.split()[0], source, target]
                for command, target, source in Page("mc-ticket.1").columns("Moving", "Cm")]
        self.assertEqual(self.code["move"], rows)


class Report(Case):
    def test_pickup_object(self):
        report = words.load_json(self.code["report"][0][0])
        page = Page("mc-pickup.1")
        top = []
        inner = set()
        for line in page.part("The report"):
            match = re.match(r"\.It Li (.*)", line)
            if match:
                top += match.group(1).split(" , ")
            elif line.startswith(".Li "):
                inner |= set(re.split(r"[ ,]+", line[4:].rstrip(" .")))
        self.assertEqual(list(report), top)
        for name in ("send", "healed", "harvested", "delivered", "plan"):
            self.assertTrue(keys_of(report[name]) <= inner, (name, inner))
        for outcome in (row[1] for row in self.code["word"] if row[0] == "outcome"):
            self.assertIn(outcome, inner)

    def test_how_a_harvest_ends(self):
        """The words of harvested's `end`, each and no other."""
        with open(os.path.join(words.ROOT, "lib/rules/turn_over.c"), encoding="utf-8") as source:
            acts = set(re.findall(r'\[OVER_\w+\] = "(\w+)"', source.read()))
        with open(os.path.join(words.ROOT, "lib/pickup/harvest.c"), encoding="utf-8") as source:
            looks = set(re.findall(r'\(struct report_healed\)\{\.rule = "(\w+)"', source.read()))
        entry = "\n".join(Page("mc-pickup.1").part("The report")).split(".It Li harvested\n")[1].split("\n.It ")[0]
        after = entry.split(".Li end\n")[1]
        named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.Li (.*)", after, re.MULTILINE))))
        self.assertTrue(looks)
        self.assertEqual((acts - {"ignore", "still"}) | looks, named)

    def test_pickup_object_as_printed(self):
        path = board(tempfile.mkdtemp(dir=self.folder))
        printed = words.load_json(run(PICKUP, "--json", "--db", path, "--config", path.replace("board.db", "config.json")))
        self.assertEqual(list(words.load_json(self.code["report"][0][0])), list(printed))

    def test_ticket_objects(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        path = board(folder)
        page = set(re.findall(r"[a-z_]+", "\n".join(Page("mc-ticket.1").part("JSON forms"))))
        options = ["--json", "--db", path, "--config", os.path.join(folder, "config.json")]
        for command in (["init"], ["add", "one"], ["add", "two", "--after", "MC-1"], ["list"], ["show", "MC-2"],
                        ["runtimes"], ["edit", "MC-1", "--priority", "low"], ["retry", "MC-1"], ["note", "MC-1", "hm"],
                        ["pool"], ["breaker"], ["page"], ["export", "-o", os.path.join(folder, "out")],
                        ["pause", "why"], ["resume"], ["complete", "mc-ticket", "sh"], ["block", "MC-1"]):
            printed = words.load_json(run(TICKET, *command, *options))
            self.assertTrue(keys_of(printed) <= page, (command, keys_of(printed) - page))


class Configuration(Case):
    def entries(self):
        page = Page("mc-pickup.conf.5")
        found = {}
        for title, prefix in (("Keys", ""), ("Profiles", "profiles.NAME."), ("Dialects", "send.dialects.NAME."),
                              ("Workspaces", "workspaces.NAME.")):
            for name, line in page.items(title, "Va").items():
                found[prefix + name] = line
        return found

    def test_keys_types_ranges_defaults(self):
        code = {row[0]: f".Pq {key_type(row)}" for row in self.code["key"]}
        self.assertEqual(code, self.entries())

    def test_built_in_rows(self):
        page = Page("mc-pickup.conf.5")
        for kind, title in (("profile", "Profiles"), ("dialect", "Dialects")):
            text = " ".join(page.part(title))
            for (name,) in self.code[kind]:
                self.assertRegex(text, rf"\bLi (?:[a-z-]+ , )*{name}\b")

    def test_bodies_of_the_built_in_dialects(self):
        """As the page lays them out, blanks and line ends left out."""
        with open(os.path.join(os.path.dirname(__file__), "../../lib/rules/dialect.c"), encoding="utf-8") as file:
            rows = re.findall(r'\.name = "([a-z-]+)",.*?\.body = ((?:"(?:[^"\\]|\\.)*"\s*)+)', file.read(), re.S)
        with open(os.path.join(os.path.dirname(__file__), "../../man/mc-pickup.conf.5"), encoding="utf-8") as file:
            page = re.sub(r"\s", "", file.read())
        self.assertEqual(len(rows), 4)
        for name, body in rows:
            said = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', body)).replace('\\"', '"')
            self.assertIn(name + said, page)

    def test_starter_file_names_no_key_that_is_not_there(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        board(folder)
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            named = set(re.findall(r'^\s*(?://\s*)?"([a-z_]+)":', file.read(), re.MULTILINE))
        parts = {part for row in self.code["key"] for part in row[0].split(".")}
        self.assertTrue(named <= parts, named - parts)
        self.assertTrue({row[0].split(".")[0] for row in self.code["key"] if "NAME" not in row[0]} <= named)


class Board(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.db = sqlite3.connect(board(cls.folder))

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        super().tearDownClass()

    def tables(self):
        return [row[0] for row in self.db.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")]

    def test_tables(self):
        page = [line[4:] for line in Page("mc-board.5").lines if line.startswith(".Ss ")]
        self.assertEqual(sorted([*self.tables(), "hosts"]), sorted(page))  # hosts: of a board in a server alone

    def test_columns_and_types(self):
        page = Page("mc-board.5")
        for table in self.tables():
            columns = {row[1]: ".Pq " + row[2].split()[0]
                       for row in self.db.execute(f"PRAGMA table_xinfo({table})")}
            self.assertEqual(columns, page.items(table, "Va"), table)

    def test_words(self):
        page = Page("mc-board.5")
        by_column = {}
        for column, word in self.code["word"]:
            by_column.setdefault(column, []).append(word)
        by_column.pop("outcome")
        for column, values in by_column.items():
            table, name = column.split(".")
            text = "\n".join(page.part(table))
            entry = re.split(r"^\.It Va ", text.split(f".It Va {name}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
            self.assertEqual(values, re.findall(r"^\.It Li (\S+)", entry, re.MULTILINE), column)

    def test_kinds_of_activity(self):
        """Every kind of a journal_row, or of a look for one, in the code, and no other."""
        written = set()
        for folder in ("lib/pickup", "lib/desk", "lib/run", "lib/store"):
            for file in sorted(os.listdir(os.path.join(words.ROOT, folder))):
                if not file.endswith(".c"):
                    continue
                with open(os.path.join(words.ROOT, folder, file), encoding="utf-8") as source:
                    rows = re.findall(r"\bstruct journal_(?:row|look)\b[^;]*\{[^;]*", source.read())
                written |= {kind for row in rows for kind in re.findall(r'\.kind = "([a-z_]+)"', row)}
        entry = "\n".join(Page("mc-board.5").part("ticket_activity")).split(".It Va kind\n")[1].split(".It Va")[0]
        named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.It Li (.*)", entry, re.MULTILINE))))
        self.assertEqual(written, named)

    def test_identity(self):
        text = Page("mc-board.5").source
        self.assertIn(f"{self.db.execute('PRAGMA application_id').fetchone()[0]:#x}", text)
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        self.assertRegex(text, rf"user_version\nis {version};")


class Absences(Case):
    """What a page says is not there is not: no command, option, key or member of the report."""

    # a key that is read and not used
    EXCUSED = {"exit"}

    def blocks(self, page):
        """Each item or paragraph that says so, with the list that its last line announces."""
        lines = page.lines
        for at, line in enumerate(lines):
            if not re.search(r"\b(?:this|later) versions?\b|\b(?:not|Nothing|no)\b.*\byet\b|\balways null\b", line):
                continue
            start = at
            while start and not re.match(r"\.(?:It|Pp|S[hs]|El)\b", lines[start]):
                start -= 1
            stop = r"\.(?:El|Pp|S[hs])\b" if line.endswith(":") else r"\.(?:It|El|Pp|S[hs])\b"
            end = at + 1
            while end < len(lines) and not re.match(stop, lines[end]):
                end += 1
            yield lines[start:end]

    def named(self, block):
        """The words behind macros, but for the type of a key."""
        return {word for line in block if line.startswith(".") and not line.startswith(".Pq")
                for word in re.findall(r"[\w-]+", line)}

    def test_nothing_that_is_there_is_called_absent(self):
        commands = set(words.commands())
        options = set(OPTION.findall("".join(words.commands().values()) + run(PICKUP, "--help")))
        keys = {row[0].split(".")[-1] for row in self.code["key"]}
        members = set(words.load_json(self.code["report"][0][0]))
        there = commands | options | {option.lstrip("-") for option in options} | keys
        seen = 0
        for name in ("mc-pickup.1", "mc-ticket.1", "mc-pickup.conf.5", "mc-board.5", "mc-pickup-hosts.7"):
            for block in self.blocks(Page(name)):
                seen += 1
                present = there | members if name == "mc-pickup.1" else there
                self.assertEqual(set(), (self.named(block) & present) - self.EXCUSED, (name, block))
        self.assertGreater(seen, 3)

    def test_each_nonexistent_command_that_is_named_is_refused(self):
        """A word behind `mc-ticket` in a page is a command."""
        commands = set(words.commands())
        for name in ("mc-pickup.1", "mc-ticket.1", "mc-pickup.conf.5", "mc-board.5", "mc-pickup-hosts.7"):
            named = set(re.findall(r"\bmc-ticket Cm ([a-z-]+)|^\.Cm mc-ticket ([a-z-]+)|Ql mc-ticket ([a-z-]+)",
                                   Page(name).source, re.MULTILINE))
            self.assertLessEqual({word for row in named for word in row if word}, commands, name)


class Quotes(unittest.TestCase):
    def test_none_is_lost(self):
        """mdoc takes quotes around an argument away: one that is to be seen is \\(dq."""
        for name in ("mc-pickup.1", "mc-ticket.1", "mc-pickup.conf.5", "mc-board.5", "mc-pickup-hosts.7"):
            for line in Page(name).lines:
                self.assertIsNone(re.match(r"\.(?:Li|Ql) .*\S \"", line), (name, line))


class Environment(Case):
    def test_every_variable_that_is_read_is_in_a_page(self):
        named = set()
        for name in ("mc-pickup.1", "mc-ticket.1"):
            named |= set(re.findall(r"\bEv ([A-Z_]+)", Page(name).source))
        read = set()
        for folder in ("lib/pickup", "lib/host", "cmd/mc-pickup", "cmd/mc-ticket"):
            for parent, _, files in os.walk(os.path.join(words.ROOT, folder)):
                for file in files:
                    with open(os.path.join(parent, file), encoding="utf-8") as source:
                        read |= set(re.findall(r'\b(?:getenv|lookup|from_environment)\("([A-Z_]+)"', source.read()))
        self.assertTrue(read <= named, read - named)
        self.assertIn("MC_RUN", read)


if __name__ == "__main__":
    unittest.main(verbosity=1)
