"""The page without a browser: it is XML, only text comes from the board, and what it shows is bounded."""
import base64
import hashlib
import os
import random
import re
import stat
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
from place import BIN, HOSTILE, Place, all_text, shown

MARKUP = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "p", "b", "code", "ul", "li", "small",
    "time", "nav", "main", "section", "h2", "h3", "h4", "blockquote", "pre", "div", "details", "summary", "dl", "dt",
    "dd", "ol", "figure", "figcaption", "svg", "desc", "rect", "text", "path", "g", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "footer", "span",
}


class Case(unittest.TestCase):
    maxDiff = None
    config = {}

    def setUp(self):
        self.place = Place(**self.config)
        self.addCleanup(self.place.end)

    def fill(self, rows):
        self.place.sql(*self.place.fill(rows))

    def ids(self, root):
        return [element.get("id") for element in root.iter() if element.get("id")]


class Words(Case):
    def test_an_empty_board(self):
        root = self.place.page()
        text = all_text(root)
        self.assertIn("It does not run. No pickup has run yet", text)
        self.assertIn("Nothing. No ticket asks", text)
        self.assertIn("There is no ticket yet", text)

    def test_what_waits_for_a_person_is_first(self):
        self.fill([{"title": "Choose", "status": "needs_input", "result": "Which of the two?"},
                   {"title": "Look", "status": "in_review", "result": "Both are done.",
                    "workspace": "web"},
                   {"title": "Held", "status": "blocked", "failure_reason": "worker_died: pid 4 exited"}])
        root = self.place.page()
        calls = root.find(".//section[@id='calls']")
        self.assertEqual([section.get("id") for section in root.find(".//main")][0], "calls")
        self.assertEqual([quote.text for quote in calls.iter("blockquote")],
                         ["Which of the two?", "Both are done.", "worker_died: pid 4 exited"])
        self.assertEqual([code.text for code in calls.iter("code")],
                         [f"{self.place.typed} {words}" for words in
                          ("answer MC-1 'TEXT'", "diff MC-2", "approve MC-2", "reject MC-2 'TEXT'", "show MC-3",
                           "reopen MC-3")])
        self.assertEqual(root.find(".//title").text, "3 waiting for you: tickets on testhost")
        # Of what was worked in no repository there is nothing that diff would show.
        self.place.sql(("UPDATE tickets SET workspace=NULL", ()))
        self.assertNotIn("diff MC-2", "".join(self.place.page().itertext()))

    def test_a_question_on_a_screen_is_answered_there(self):
        self.fill([{"title": "Choose", "status": "needs_input", "failure_reason": "awaiting_human: a dialog"}])
        self.place.agent(1, b"[question] yes or no?\n")
        self.place.sql(("UPDATE tickets SET status='needs_input'", ()))
        codes = [code.text for code in self.place.page().find(".//section[@id='calls']").iter("code")]
        self.assertEqual(codes, [f"{self.place.typed} {words}" for words in ("attach MC-1", "answer MC-1 'TEXT'")])
        self.place.sql(("UPDATE runtime_sessions SET status='idle'", ()))
        codes = [code.text for code in self.place.page().find(".//section[@id='calls']").iter("code")]
        self.assertEqual(codes, [f"{self.place.typed} answer MC-1 'TEXT'"])

    def test_does_it_run(self):
        last = self.place.path("last-pickup")
        with open(last, "w", encoding="ascii"):
            pass
        self.assertRegex(all_text(self.place.page()), r"It ran at 20\d\d-\d\d-\d\d \d\d:\d\d\.")
        os.utime(last, (time.time() - 200, time.time() - 200))
        self.assertIn(f"The last pickup was 3 min before this page; {self.place.typed} doctor says why.", all_text(self.place.page()))
        self.place.configure(cron_interval_s=300)
        self.assertIn("It ran at ", all_text(self.place.page()))
        self.assertRegex(all_text(self.place.page().find(".//header")), r"Written 20[-\d]+ [:\d]+ \+0000;")

    def test_a_pause_and_a_breaker(self):
        self.fill([{"title": "t", "status": "todo"}])
        until = int(time.time() * 1000) + 600000
        self.place.sql(("INSERT INTO settings VALUES('breaker:profile:demo',?)",
                        (f'{{"failures":3,"openings":1,"open_until":{until},"class":"no_agent",'
                         '"detail":"demo <b> is missing"}',)))
        self.place.ticket("pause", "--by", "anna", "a <quiet> evening")
        text = all_text(self.place.page())
        self.assertRegex(text, r"Paused by anna since 20\d\d-\d\d-\d\d \d\d:\d\d: a <quiet> evening\.")
        self.assertIn("profile:demo fails:", text)
        self.assertIn("demo <b> is missing", text)

    def column(self, *words):
        """The tickets to do: what stands in each line."""
        return [" ".join(all_text(item).split()) for item in
                self.place.page(*words).find(".//section[@aria-labelledby='c-todo']").iter("li")]

    def test_those_to_do_stand_as_they_are_claimed_and_say_what_they_wait_for(self):
        later = int(time.time() * 1000) + 600000
        self.fill([{"title": "low", "status": "todo", "priority": "low"},
                   {"title": "freed by a person", "status": "todo"},
                   {"title": "after", "status": "todo", "priority": "critical"},
                   {"title": "later", "status": "todo", "priority": "critical", "next_attempt_at": later,
                    "failure_reason": "no_agent: gone"},
                   {"title": "strange", "status": "todo", "profile": "nobody"},
                   {"title": "high", "status": "todo", "priority": "high"},
                   {"title": "gone", "status": "cancelled"}])
        self.place.sql(("INSERT INTO ticket_needs VALUES(3,6)", ()), ("INSERT INTO ticket_needs VALUES(2,7)", ()))
        lines = self.column()
        self.assertEqual([line.split()[0] for line in lines], ["MC-6", "MC-1", "MC-4", "MC-2", "MC-3", "MC-5"])
        self.assertRegex(lines[2], "due in 9 min; no_agent: gone$")
        self.assertRegex(lines[3], "waits for MC-7, which was cancelled$")
        self.assertRegex(lines[4], "waits for MC-6$")
        self.assertRegex(lines[5], "profile nobody is not configured$")
        calls = self.place.page().find(".//section[@id='calls']")
        self.assertEqual([quote.text for quote in calls.iter("blockquote")],
                         ["waits for MC-7, which was cancelled", "profile nobody is not configured"])
        self.assertEqual([code.text for code in calls.iter("code")],
                         [f"{self.place.typed} {words}" for words in ("reopen MC-7", "cancel MC-2", "edit MC-5")])
        self.assertIn("2 waiting for you", self.place.text)
        for n in range(200):
            self.fill([{"title": f"many {n}", "status": "todo", "priority": "low"}])
        self.fill([{"title": "urgent", "status": "todo", "priority": "critical"}])
        self.assertEqual([line.split()[0] for line in self.column("--limit", "8")][:3], ["MC-208", "MC-6", "MC-1"])

    def test_commands_name_a_board_that_is_not_found_without(self):
        self.fill([{"title": "t", "status": "needs_input"}])
        self.place.environment["XDG_CONFIG_HOME"] = self.place.path("c f")
        os.mkdir(self.place.path("c f"))
        os.mkdir(self.place.path("c f", "mc-pickup"))
        os.rename(self.place.path("config.json"), self.place.path("c f", "mc-pickup", "config.json"))
        del self.place.environment["MC_PICKUP_CONFIG"]
        code = self.place.page().find(".//section[@id='calls']//code")
        self.assertEqual(code.text, f"mc-ticket --db {self.place.board} answer MC-1 'TEXT'")
        code = self.place.page("--config", self.place.path("c f", "mc-pickup", "config.json")) \
            .find(".//section[@id='calls']//code")
        self.assertEqual(code.text, f"mc-ticket --db {self.place.board} answer MC-1 'TEXT'")
        with open(self.place.path("c f", "mc-pickup", "config.json"), "w", encoding="ascii") as file:
            file.write(f'{{"profile":"demo","database":"{self.place.board}"}}')
        code = self.place.page().find(".//section[@id='calls']//code")
        self.assertEqual(code.text, "mc-ticket answer MC-1 'TEXT'")
        os.rename(self.place.path("c f", "mc-pickup", "config.json"), self.place.path("o n.json"))
        code = self.place.page("--config", self.place.path("o n.json")).find(".//section[@id='calls']//code")
        self.assertEqual(code.text, f"mc-ticket --config '{self.place.path('o n.json')}' answer MC-1 'TEXT'")

    def test_what_monitoring_would_be_told(self):
        self.fill([{"title": "t", "status": "todo", "queued_at": 1, "updated_at": 1}])
        self.place.sql(("INSERT INTO worktree_slots(host,slot,workspace,number,path,state)"
                        "VALUES('testhost','pool-1','default',1,'/p','quarantined')", ()))
        header = all_text(self.place.page().find(".//header"))
        self.assertRegex(header, "slot: .*pool-1")
        self.assertRegex(header, "waiting: .*MC-1")

    def test_a_slots_note_is_read_without_scrolling(self):
        self.place.sql(("INSERT INTO worktree_slots(host,slot,workspace,number,path,state,note)"
                        "VALUES('testhost','pool-1','default',1,'/p','quarantined','mend <it>')", ()))
        places = self.place.page().find(".//section[@id='places']")
        self.assertNotIn("mend", all_text(places.find(".//table")))
        self.assertEqual([all_text(line) for line in places.findall("p")], ["pool-1: mend <it>"])

    def test_days_are_the_same_in_plot_and_table(self):
        now = int(time.time() * 1000)
        self.fill([{"title": "t", "status": "todo"}])
        self.place.sql(*[("INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(1,?,?)", (kind, now - back))
                         for kind, back in (("sent", 0), ("sent", 0), ("signal", 0), ("sent", 86400000 * 20))],
                       ("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,waited_ms)"
                        "VALUES(?,1,1,'h',?,?,'failed',180000)", ("0" * 32, now, now)))
        days = self.place.page().find(".//section[@id='days']")
        self.assertIn("2 in 14 days", all_text(days))
        self.assertEqual([cell.text for cell in days.find(".//tbody/tr").iter("td")],
                         ["2", "1", "1", "3 min", "3 min"])
        self.assertEqual(len(days.findall(".//tbody/tr")), 14)
        self.assertEqual(len([bar for bar in days.iter("rect")]), 5)

    def test_a_story_has_its_runs_on_an_axis(self):
        now = int(time.time() * 1000)
        self.fill([{"title": "t", "status": "todo", "body": "Do <this>."}])
        for n, (begin, end, outcome) in enumerate(((900, 600, "failed"), (500, 100, "delivered"), (50, None, None)), 1):
            self.place.sql(("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)"
                            "VALUES(?,1,?,'h',?,?,?)", (f"{n:032x}", n, now - begin * 1000,
                                                        end and now - end * 1000, outcome)))
        story = self.place.page().find(".//div[@id='t1']")
        bars = [(bar.get("class"), int(bar.get("x")), int(bar.get("width"))) for bar in story.iter("rect")]
        self.assertEqual([bar[0] for bar in bars], ["fail", "bar", "live"])
        for before, after in zip(bars, bars[1:]):
            self.assertLess(before[1] + before[2], after[1] + 3)
        self.assertLessEqual(bars[-1][1] + bars[-1][2], 350)
        self.assertIn("Do <this>.", all_text(story))
        self.assertEqual([row.find("th").text for row in story.findall(".//tbody/tr")], ["1", "2", "3"])


class Hostile(Case):
    def setUp(self):
        super().setUp()
        long = "x" * 1000000
        self.fill([{"title": title, "status": status, "body": title, "labels": title, "result": title,
                    "failure_reason": title, "profile": title, "workspace": title}
                   for title in HOSTILE for status in ("needs_input", "in_review", "done")])
        self.fill([{"title": long, "status": "needs_input", "body": long, "result": long, "labels": long}])
        self.place.sql(*[("INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)VALUES(?,?,?,?,1)",
                          (1, text, text, f"{text}\n{text}")) for text in (*HOSTILE, long)],
                       *[("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,class,detail)"
                          "VALUES(?,1,?,?,1,2,'failed',?,?)", (f"{n:032x}", n, text, text, text))
                         for n, text in enumerate(HOSTILE[:8], 100)],
                       ("INSERT INTO worktree_slots(host,slot,workspace,number,path,state,branch,note)"
                        "VALUES('testhost',?,?,1,?,'quarantined',?,?)", tuple(HOSTILE[:5])))

    def test_only_text_comes_from_the_board(self):
        root = self.place.page()
        self.assertEqual({element.tag for element in root.iter()} - MARKUP, set())
        self.assertEqual([name for element in root.iter() for name in element.keys() if name.startswith("on")], [])
        for element in root.iter():
            for name in ("href", "src"):
                self.assertTrue(element.get(name, "#").startswith("#"), element.get(name))
        columns = all_text(root.find(".//section[@id='board']"))
        for title in HOSTILE:
            self.assertIn(re.sub(r"\s+", " ", shown(title)), columns)
        self.assertNotRegex(self.place.text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ufeff]")

    def test_any_bytes(self):
        chance = random.Random(11)
        pieces = [b"<", b"&", b">", b'"', b"]]>", b"--", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\x00", b"\x1b"]

        def noise():
            return b"".join(chance.choice(pieces) if chance.random() < 0.4 else bytes([chance.randrange(256)])
                            for _ in range(chance.randrange(1, 40)))

        for n in range(300):
            self.place.sql(("INSERT INTO tickets(title,body,result,labels,status,created_at,updated_at)VALUES("
                            "CAST(? AS TEXT),CAST(? AS TEXT),CAST(? AS TEXT),CAST(? AS TEXT),?,?,?)",
                            (noise(), noise(), noise(), noise(), ("needs_input", "todo", "done")[n % 3],
                             chance.choice([0, -5, 1, 2**62, 1790000000000]), n)),
                           ("INSERT INTO ticket_activity(ticket_id,kind,body,created_at)VALUES("
                            "1,CAST(? AS TEXT),CAST(? AS TEXT),?)", (noise(), noise(), n)))
        root = self.place.page()
        self.assertEqual({element.tag for element in root.iter()} - MARKUP, set())
        self.assertNotRegex(self.place.text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ufeff]")

    def test_nothing_is_larger_than_it_may_be(self):
        self.place.page()
        self.assertLess(len(self.place.text), 2000000)
        self.assertLess(max(map(len, self.place.text.splitlines())), 20000)

    def test_screens(self):
        noise = "\n".join(HOSTILE).encode("utf-8", "surrogatepass") + b"\xff\xfe\x00\x1b[41mcolour\x1b[0m\n"
        self.place.agent(2, noise + b"y" * 1000000 + b"\n</pre><script>1</script>\nthe last line\n")
        deadline = time.monotonic() + 200
        while True:
            root = self.place.page()
            screen = root.find(".//section[@id='agents']//pre")
            if screen is not None and "the last line" in (screen.text or ""):
                break
            self.assertLess(time.monotonic(), deadline, self.place.text[:3000])
            time.sleep(0.1)
        self.assertEqual(len(screen), 0)
        self.assertIn("</pre><script>1</script>", screen.text)
        self.assertLessEqual(screen.text.count("\n"), 16)
        self.assertEqual({element.tag for element in root.iter()} - MARKUP, set())


class Policy(Case):
    def test_the_one_style_sheet_is_the_one_let_in(self):
        root = self.place.page()
        style, = root.iter("style")
        allowed = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
        policy, = [meta.get("content") for meta in root.iter("meta")
                   if meta.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(policy, f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'")
        self.assertNotIn("url(", style.text)
        self.assertNotIn("@import", style.text)
        self.assertEqual([element.get("style") for element in root.iter() if element.get("style")], [])


class Bounds(Case):
    def test_what_is_not_shown_is_said(self):
        self.fill([{"title": f"title {n}", "status": "todo" if n % 2 else "done"} for n in range(60)])
        root = self.place.page("--limit", "16")
        titles = re.findall(r"title \d+", all_text(root.find(".//section[@id='board']")))
        self.assertEqual(len(titles), 16)
        text = all_text(root)
        self.assertIn(f"And 16 more: {self.place.typed} list --status todo --limit 0", text)
        self.assertIn(f"And 28 more: {self.place.typed} list --status done --limit 0", text)

    def test_all_are_shown_where_there_is_room(self):
        self.fill([{"title": f"title {n}.", "status": ("todo", "done", "inbox")[n % 3]} for n in range(900)])
        board = all_text(self.place.page().find(".//section[@id='board']"))
        for n in range(900):
            self.assertIn(f"title {n}.", board)

    def test_limits(self):
        for wrong in ("-1", "x", "", "100001"):
            done = self.place.ticket("page", "--limit", wrong, check=False)
            self.assertEqual(done.returncode, 64)
            self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual(len(self.place.page("--limit", "0").findall(".//section[@id='board']//li")), 0)

    def test_a_hanging_tmux_and_a_hanging_git_cost_five_seconds(self):
        os.mkdir(self.place.path("bin"))
        for name in ("tmux", "git"):
            with open(os.open(self.place.path("bin", name), os.O_WRONLY | os.O_CREAT, 0o700), "w",
                      encoding="ascii") as file:
                file.write("#!/bin/sh\nexec sleep 900\n")
        repo = self.place.path("repo")
        subprocess.run(["git", "init", "-q", repo], check=True)
        self.fill([{"title": f"t{n}", "status": "needs_input"} for n in range(6)])
        for n in range(1, 7):
            self.place.sql(("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,workspace,branch,base_commit)"
                            "VALUES(?,?,1,'testhost',1,'default','b',?)", (f"{n:032x}", n, "0" * 40)),
                           ("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,pane_id,pid,"
                            "spawned_at)VALUES(?,?,?,'testhost','running','%1',1,1)",
                            (f"ticket:{n}:session", n, f"{n:032x}")))
        self.place.configure(workspace={"repo": repo, "size": 1})
        self.place.environment["PATH"] = self.place.path("bin") + ":" + self.place.environment["PATH"]
        begin = time.monotonic()
        root = self.place.page()
        self.assertLess(time.monotonic() - begin, 300)
        text = all_text(root)
        self.assertEqual(text.count("Its screen is not shown"), 6)
        self.assertEqual(text.count("Changed not known"), 0)
        self.assertGreaterEqual(text.count("not known: "), 1)


class Where(Case):
    def test_it_prints_where(self):
        done = self.place.ticket("page")
        self.assertEqual(done.stdout.decode(), self.place.path("page.html") + "\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.place.path("page.html")).st_mode), 0o600)
        self.place.configure(page=self.place.path("else.html"))
        done = self.place.ticket("page", "--json")
        self.assertEqual(done.stdout.decode(), f'{{"schema":1,"page":"{self.place.path("else.html")}"}}\n')

    def test_standard_output(self):
        done = self.place.ticket("page", "-o", "-")
        self.assertTrue(done.stdout.startswith(b"<!DOCTYPE html>"))
        self.assertTrue(done.stdout.endswith(b"</html>\n"))
        self.assertFalse(os.path.exists(self.place.path("page.html")))
        self.assertEqual(self.place.ticket("page", "-o", "-", "--json", check=False).returncode, 64)

    def test_a_relative_name_is_of_where_one_is(self):
        done = self.place.ticket("page", "-o", "here.html", cwd=self.place.folder)
        self.assertEqual(done.stdout.decode(), self.place.path("here.html") + "\n")

    def test_the_board_is_left_as_it_is(self):
        before = sorted(os.listdir(self.place.folder))
        self.place.ticket("page", "-o", "-")
        self.assertEqual(sorted(os.listdir(self.place.folder)), before)


if __name__ == "__main__":
    unittest.main()
