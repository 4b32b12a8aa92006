"""The page in a real browser, from a file: nothing runs, nothing is asked for, all is shown, and everybody can use it."""
import json
import os
import re
import sys
import time
import unittest

sys.dont_write_bytecode = True
import browser
from place import HOSTILE, Place, shown

HERE = os.path.dirname(os.path.abspath(__file__))
STATUSES = ("needs_input", "in_review", "todo", "in_progress", "blocked", "inbox", "done", "cancelled")
TAB = ("Tab", 9)


def squeezed(text):
    return re.sub(r"\s+", " ", text)


class Pages(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(HERE, "inspect.js"), encoding="utf-8") as file:
            cls.inspect = file.read()
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.end)

    def board(self, titles, screen=None):
        """A page of a board with these titles; its path."""
        place = Place()
        self.addCleanup(place.end)
        now = int(time.time() * 1000)
        rows = [{"title": title, "status": STATUSES[n % len(STATUSES)], "result": f"{title}, and how?",
                 "labels": "one,two", "updated_at": now - n * 3600000} for n, title in enumerate(titles)]
        place.sql(*place.fill(rows))
        if titles:
            place.sql(*[("INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)VALUES(?,'me',?,?,?)",
                         (n % len(titles) + 1, ("sent", "signal", "note")[n % 3], f"{titles[n % len(titles)]}\nmore",
                          now - n * 3600000 * 3)) for n in range(90)],
                      *[("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,class,waited_ms)"
                         "VALUES(?,?,?,'testhost',?,?,?,'sent',?)",
                         (f"{n:032x}", n % 8 + 1, n, now - n * 7200000, now - n * 7200000 + 3600000,
                          ("delivered", "failed", "asked")[n % 3], n * 100000)) for n in range(100, 160)],
                      ("INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,branch,note)"
                       "VALUES('testhost','pool-1','default',1,'/p','quarantined',1,?,?)", (titles[0] * 3, "why " * 40)))
        if screen is not None:
            place.agent(4, screen)
        place.ticket("page", "-o", place.path("p.html"), "--limit", "10000")
        return place.path("p.html")

    def look(self, *what):
        return self.browser.run(f"{self.inspect}\nreturn [{','.join(f'{name}()' for name in what)}]")

    def nothing(self, *what):
        for name, complaints in zip(what, self.look(*what)):
            self.assertEqual(complaints[:5], [], f"{name}: {len(complaints)}")

    def unfold(self):
        self.browser.run("for (const e of document.querySelectorAll('details')) e.open = true")

    def quiet(self, path):
        """No request but the file's own, no word on the console, no script."""
        asked = [json.loads(entry["message"])["message"] for entry in self.browser.log("performance")]
        urls = [entry["params"]["request"]["url"] for entry in asked if entry["method"] == "Network.requestWillBeSent"]
        self.assertEqual(urls, ["file://" + path])
        self.assertEqual(self.browser.log("browser"), [])
        self.assertEqual(self.browser.run("return [document.scripts.length, document.images.length, frames.length]"),
                         [0, 0, 0])
        self.assertNotIn("got in", self.browser.run("return document.title"))

    def fits(self, *widths):
        for width in widths:
            self.browser.size(width, 900)
            self.nothing("wide", "overlaps", "crowded", "small")

    def all_shown(self, titles):
        text = squeezed(self.browser.run("return document.querySelector('#board').textContent"))
        missing = [title for title in titles if squeezed(shown(title)).strip() not in text]
        self.assertEqual(missing[:5], [])

    def check(self, path, titles):
        self.browser.size(1400, 900)
        self.browser.open(path)
        self.quiet(path)
        self.all_shown(titles)
        self.nothing("structure")
        self.fits(1400, 360)
        self.unfold()
        self.fits(360, *([] if len(titles) > 1000 else [1400]))

    def test_an_empty_board(self):
        self.check(self.board([]), [])

    def test_thirty_tickets(self):
        titles = [*HOSTILE, *(f"A ticket with a title of its own, number {n}" for n in range(30 - len(HOSTILE)))]
        titles[25] = "an-endless-word-" * 20
        path = self.board(titles, screen="\n".join(HOSTILE).encode("utf-8", "surrogatepass") + b"\n" + b"w" * 5000)
        self.check(path, titles[:25])
        for scheme in ("light", "dark"):
            self.browser.scheme(scheme)
            self.nothing("faint")
        grounds = []
        for scheme in ("light", "dark"):
            self.browser.scheme(scheme)
            grounds.append(self.browser.run("return getComputedStyle(document.documentElement).backgroundColor"))
        self.assertNotEqual(*grounds)

    def test_ten_thousand_tickets(self):
        titles = [f"Ticket {n} of many, {'x' * (n % 60)}." for n in range(10000)]
        begin = time.monotonic()
        path = self.board(titles)
        self.assertLess(time.monotonic() - begin, 300)
        self.check(path, titles)

    def test_without_a_mouse(self):
        self.browser.size(1400, 900)
        self.browser.open(self.board([f"Title {n}" for n in range(30)], screen=b"at work\n"))
        expected = self.browser.run("""
            const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')];
            all.forEach((e, i) => e.dataset.n = i);
            return all.filter(e => e.matches('.skip') || e.checkVisibility()).map(e => e.dataset.n)""")
        reached, plain = [], []
        for step in range(len(expected) + 2):
            self.browser.press(*TAB)
            number, outline, seen = self.browser.run("""
                const e = document.activeElement, box = e.getBoundingClientRect();
                return [e.dataset.n ?? null, getComputedStyle(e).outlineStyle,
                        box.right > 0 && box.bottom > 0 && box.top < innerHeight]""")
            if number is None:
                break
            reached.append(number)
            if outline != "solid" or not seen:
                plain.append(number)
        self.assertEqual(reached, expected)
        self.assertEqual(plain, [])

    def test_a_key_leads_to_its_story(self):
        self.browser.size(1400, 900)
        self.browser.open(self.board([f"Title {n}" for n in range(30)]))
        self.browser.run("document.querySelector('#calls a.key').focus()")
        self.browser.devtools("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r",
                              windowsVirtualKeyCode=13)
        for _ in range(1200):
            opened = self.browser.run("return [...document.querySelectorAll('details[open]')].map(e => "
                                      "[e.querySelector('.key').textContent, e.querySelector(':target') !== null])")
            if opened:
                break
            time.sleep(0.05)
        self.assertEqual(opened, [["MC-25", True]])

    def test_what_a_screen_reader_is_told(self):
        self.browser.open(self.board([f"Title {n}" for n in range(30)], screen=b"at work\n"))
        tree = self.browser.devtools("Accessibility.getFullAXTree")["nodes"]
        nodes = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]]
        roles = {role for role, _ in nodes}
        for role in ("banner", "navigation", "main", "contentinfo", "heading", "image", "columnheader", "rowheader"):
            self.assertIn(role, roles)
        nameless = [role for role, name in nodes if role in ("link", "image", "heading", "region", "navigation",
                                                             "DisclosureTriangle") and not name.strip()]
        self.assertEqual(nameless, [])


if __name__ == "__main__":
    missing = browser.missing()
    if missing and not os.environ.get("CI"):
        print(f"skipped: {missing} is not here (Debian packages chromium and chromium-driver; .ci/install has them)")
        sys.exit(0)
    unittest.main()
