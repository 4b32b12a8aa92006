"""A few histories of fixed seeds, and that each promise of the model notices what breaks it: observations that no
program of ours should ever give."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import signal
import sys
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import history
import many
import model
from drive import LIE, Done, Drive, Seen
from place import Agent

SEEDS = (17, 18, 24, 70)  # of all kinds of worlds and steps
SEEDS_OF_HOSTS = (3, 8)  # likewise, of two machines, one of which is given up while its agents are at work
RUN, OTHER = "a" * 32, "b" * 32
NONCE = "MC_TICKET_TURN:1:1779942042145:e519f820"
LATER = "MC_TICKET_TURN:1:1779942042999:00000001"
NOTHING = Seen([], [], [], [], [], [], [])


def prompt(nonce, text="", ticket=1):
    return (ticket, RUN, f"MC-{ticket} turn 1\n{text}\n[{nonce} internal routing marker]")


def command(*words, code=0, token=""):
    return Done(("mc-ticket", *words), code, "", token, ticket=1)


def ticket(**columns):
    return {"id": 1, "status": "in_progress", "run_id": RUN, "worker_pid": 7, "failure_reason": None, "attempts": 0,
            "result": None, "next_attempt_at": None, **columns}


def runtime(**columns):
    return {"ticket_id": 1, "run_id": RUN, "status": "running", "pid": 7, **columns}


WORKS = NOTHING._replace(tickets=[ticket()], runtimes=[runtime()], living=[Agent(7, RUN, 1)])


class Promises(unittest.TestCase):
    def broken(self, promise, seen, *done):
        """The first promise that is broken by this is that one."""
        with self.assertRaises(model.Broken) as caught:
            model.Model({}).check(list(done), seen)
        self.assertEqual(caught.exception.promise, promise, caught.exception)

    def kept(self, seen, *done):
        model.Model({}).check(list(done), seen)

    def test_two_workers(self):
        self.kept(WORKS)
        self.broken("one worker", NOTHING._replace(living=[Agent(7, RUN, 1), Agent(8, OTHER, 1)]))

    def test_two_workers_on_two_hosts(self):
        two = NOTHING._replace(living=[Agent(7, RUN, 1, "a"), Agent(8, OTHER, 1, "b")])
        self.broken("one worker", two)
        self.kept(two._replace(lost=frozenset({RUN})))
        here = NOTHING._replace(living=[Agent(7, RUN, 1, "a"), Agent(8, OTHER, 1, "a")])
        self.broken("one worker", here._replace(lost=frozenset({RUN})))

    def test_a_host_that_nobody_gave_up(self):
        seen = NOTHING._replace(given_up={"b": 1})
        self.kept(seen, command("hosts", "retire", "b", "--force"))
        self.broken("given up", seen, Done(("mc-pickup",), 0, ""))
        self.broken("given up", seen, command("hosts", "retire", "b", code=75))
        self.broken("given up", seen, command("hosts", "retire", "c"))

    def test_a_turn_twice(self):
        self.kept(NOTHING._replace(prompts=[prompt(NONCE), prompt(LATER)]))
        self.broken("a turn once", NOTHING._replace(prompts=[prompt(NONCE), prompt(NONCE)]))

    def test_a_turn_of_another_ticket(self):
        self.broken("a turn once", NOTHING._replace(prompts=[prompt(NONCE, ticket=2)]))

    def test_two_turns_in_one_prompt(self):
        self.broken("a turn once", NOTHING._replace(prompts=[prompt(LATER, text=NONCE)]))

    def test_half_a_prompt(self):
        self.broken("a turn once", NOTHING._replace(prompts=[(1, RUN, "of the text\n[" + NONCE)]))
        self.broken("a turn once", NOTHING._replace(prompts=[(1, RUN, "MC-1 turn 1\nno name")]))

    def test_words_out_of_order(self):
        first, second = (command("note", "MC-1", token=f"word-000{n}") for n in (1, 2))
        for texts, wrong in ((("word-0001", "word-0002"), False), (("word-0002", "word-0001"), True)):
            whole = model.Model({})
            whole.note([first])
            whole.note([second])
            seen = NOTHING._replace(prompts=[prompt(NONCE, texts[0]), prompt(LATER, texts[1])])
            self.assertEqual(bool(list(model.in_order(whole, [], seen))), wrong, texts)

    def test_a_lost_word(self):
        said = command("answer", "MC-1", token="word-0001")
        waits = {"id": 1, "ticket_id": 1, "status": "pending", "body": "word-0001", "nonce": None}
        self.kept(NOTHING._replace(messages=[waits]), said)
        self.broken("nothing lost", NOTHING, said)
        self.broken("nothing lost", NOTHING._replace(messages=[{**waits, "status": "sent"}]), said)

    def test_a_turn_that_was_not_read(self):
        sent = NOTHING._replace(messages=[{"id": 1, "ticket_id": 1, "status": "sent", "body": "", "nonce": NONCE}])
        self.kept(sent._replace(prompts=[prompt(NONCE)]))
        self.broken("sent is read", sent)

    def test_a_word_said_twice(self):
        said = command("note", "MC-1", token="word-0001")
        twice = [prompt(NONCE, "word-0001"), prompt(LATER, "word-0001")]
        self.kept(NOTHING._replace(prompts=[twice[0], (1, OTHER, twice[1][2])]), said)
        self.broken("said once", NOTHING._replace(prompts=twice), said)

    def test_a_refused_word(self):
        refused = command("send", "MC-1", code=75, token="word-0001")
        self.kept(NOTHING, refused)
        self.broken("nothing slips", NOTHING._replace(prompts=[prompt(NONCE, "word-0001")]), refused)

    def test_a_move_that_is_none(self):
        self.kept(NOTHING._replace(moves=[(1, "in_review", "done")]), command("approve", "MC-1"))
        self.broken("moves", NOTHING._replace(moves=[(1, "done", "todo")]), Done(("mc-pickup",), 0, ""))

    def test_a_lie_that_is_believed(self):
        lie = command("signal", "DONE", "a lie", token="lie")
        self.broken("lies", NOTHING._replace(moves=[(1, "in_progress", "in_review")]), lie)
        self.broken("lies", NOTHING._replace(tickets=[ticket(result=LIE)]))

    def test_a_slot_in_quarantine(self):
        seen = NOTHING._replace(slots=[{"slot": "pool-1", "state": "quarantined", "note": "a fault of ours"}])
        self.kept(seen._replace(touched=True))
        self.broken("slots", seen)

    def test_exits(self):
        self.kept(NOTHING, Done(("mc-pickup",), -9, "", killed=True))
        for code in (-11, 64, 70, 74, 78):
            self.broken("exits", NOTHING, Done(("mc-pickup",), code, ""))


class Rest(unittest.TestCase):
    def wrong(self, seen, sessions=None):
        return list(model.at_rest(None, seen, sessions or {}))

    def test_in_order(self):
        self.assertEqual(self.wrong(WORKS, {"mc-MC-1": RUN, "a person's": ""}), [])

    def test_each_disorder(self):
        disorders = [
            WORKS._replace(tickets=[ticket(status="todo")]),
            WORKS._replace(runtimes=[]),
            WORKS._replace(tickets=[ticket(run_id=OTHER)]),
            WORKS._replace(living=[]),
            WORKS._replace(tickets=[ticket(worker_pid=8)]),
            WORKS._replace(living=WORKS.living + [Agent(8, OTHER, 2)]),
            WORKS._replace(slots=[{"slot": "pool-1", "state": "claimed", "run_id": OTHER}]),
            WORKS._replace(messages=[{"id": 1, "ticket_id": 1, "status": "sending"}]),
        ]
        for seen in disorders:
            self.assertTrue(self.wrong(seen), seen)
        self.assertTrue(self.wrong(WORKS, {"mc-MC-2": OTHER}))

    def test_who_may_stay_open(self):
        waits, other = ticket(status="todo"), {"id": 2, "status": "cancelled"}
        self.assertIsNone(model.unexplained(waits, {2: other}, {1: [2]}))
        self.assertTrue(model.unexplained(waits, {2: {**other, "status": "done"}}, {1: [2]}))
        self.assertTrue(model.unexplained(ticket(), {}, {}))


class Histories(unittest.TestCase):
    def test_same_seed_same_history(self):
        self.assertEqual(history.generate(7), history.generate(7))
        self.assertNotEqual(history.generate(7), history.generate(8))

    def test_hosts_of_a_seed(self):
        self.assertEqual([history.generate(seed)["world"].get("hosts", 1) for seed in range(2, 8)], [1, 3, 1, 1, 1, 2])
        self.assertNotIn("host", history.generate(7, hosts=1)["steps"][0])

    def test_shrinks_to_what_fails(self):
        one = {"steps": list(range(12))}

        def fails(tried):
            return "step 1 | one worker: two" if {3, 8} <= set(tried["steps"]) else "evening | night: other"
        with mock.patch.object(many, "live", fails):
            shortest, failure = many.Shrinking(one, fails(one)).shortest()
        self.assertEqual(shortest["steps"], [3, 8])
        self.assertEqual(many.promise(failure), "one worker")

    def live(self, seeds, hosts):
        for seed in seeds:
            one = history.generate(seed, hosts=hosts)
            self.assertIsNone(many.live(one), one)

    def test_ended_in_the_middle(self):
        """Told so with its group, and again by its parent: nothing of it stays, not even what was just begun."""
        places, take, end = [], Drive.take, Drive.end

        def ended(drive, step):
            places.append(drive.place)
            if len(places) == 4:
                drive.at(step).start("mc-pickup")
                os.kill(os.getpid(), signal.SIGTERM)
            return take(drive, step)

        def told_again(drive):
            os.kill(os.getpid(), signal.SIGTERM)
            end(drive)
        for number in many.ENDS:
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        self.addCleanup(many.ended.clear)
        many.heed()
        with mock.patch.object(Drive, "take", ended), mock.patch.object(Drive, "end", told_again), \
                self.assertRaises(SystemExit) as caught:
            many.live(history.generate(SEEDS[0], hosts=1))
        self.assertEqual(caught.exception.code, 143)
        self.assertEqual(list(places[0].inhabitants()), [])
        self.assertFalse(os.path.exists(places[0].place))

    def test_numbers_that_would_try_nothing(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")
        loader = importlib.machinery.SourceFileLoader("model_run", path)
        run = importlib.util.module_from_spec(importlib.util.spec_from_loader("model_run", loader))
        loader.exec_module(run)
        for words in (["--count", "0"], ["--count", "-1"], ["--seconds", "0"], ["--steps", "0"], ["--jobs", "0"]):
            with mock.patch.object(sys, "argv", ["run", *words]), contextlib.redirect_stderr(io.StringIO()) as said, \
                    self.assertRaises(SystemExit) as caught:
                run.arguments()
            self.assertEqual(caught.exception.code, 64)
            self.assertIn(f"{words[1]} is not above 0", said.getvalue())

    def test_fixed_seeds(self):
        self.live(SEEDS, 1)

    def test_fixed_seeds_of_hosts(self):
        if 2 not in many.make_templates({2}):
            self.skipTest("no server to be had")
        self.live(SEEDS_OF_HOSTS, 2)


if __name__ == "__main__":
    unittest.main()
