#!/usr/bin/env python3
"""Sessions on our server that are not as we left them, or not ours: a name that is taken, one that was renamed, panes of
a person beside the agent's, tags of another board, of a run that nobody knows, of one that is over."""
from stage import Scene, main

AWAY = {"HOME": "/"}  # none of those that a scene waits for


class Foreign(Scene):
    name = "foreign"
    config = {"max_running": 50, "linger_s": 60}

    def play(self):
        self.demo = ("--hold", self.path("never"))
        self.configure(**self.config)
        self.start_server()
        self.taken()
        self.renamed()
        self.beside()
        self.tags()

    def start_server(self):
        """By somebody else, who needs it."""
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "mine", "sleep 9999")

    def tmux(self, *words):
        return super().tmux(*words, env=AWAY)

    def types(self, *words):
        """Somebody at that server."""
        self.tell("@ ", " ".join(words))
        (self.end_tmux if words[0].startswith("kill-") else self.tmux)(*words)

    def start(self):
        heard = self.heard_of("prompt")
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.look_quietly()
        self.pickup("--json", look=False)
        self.until_heard("prompt", heard + 1)
        self.settle()
        self.look()
        return self.last()

    def looks(self, number):
        self.tickets("runtimes", f"attach MC-{number} --print")
        self.pickup("--dry-run", "--heal-only")
        self.pickup("--heal-only", "--json")
        self.look_tmux()

    def taken(self):
        self.types("new-session", "-d", "-s", "mc-MC-1", "sleep 9999")
        one = self.start()
        self.looks(one)
        self.over(one)

    def renamed(self):
        one = self.start()
        self.types("rename-session", "-t", f"=mc-MC-{one}", "my-own")
        self.looks(one)
        self.ticket("screen", f"MC-{one}")
        self.types("new-session", "-d", "-s", f"mc-MC-{one}", "sleep 9999")
        self.looks(one)
        self.over(one)
        self.look_tmux()

    def beside(self):
        one = self.start()
        self.types("split-window", "-t", f"=mc-MC-{one}:", "sleep 9999")
        self.looks(one)
        self.over(one)
        self.look_tmux()
        self.types("kill-session", "-t", f"=mc-MC-{one}")

    def tags(self):
        one = self.start()
        board = self.tmux("show-options", "-v", "-t", f"=mc-MC-{one}:", "@mc_board")
        run = self.sql("SELECT run_id FROM runtime_sessions WHERE ticket_id=?", one)[0][0]
        for name, tags in (("of-another", {"@mc_run": "a" * 32, "@mc_ticket": "MC-1", "@mc_board": "b" * 16}),
                           ("of-nobody", {"@mc_run": "c" * 32, "@mc_ticket": "MC-77", "@mc_board": board}),
                           ("of-none", {"@mc_run": "c" * 31, "@mc_ticket": "MC-77", "@mc_board": board}),
                           ("twice", {"@mc_run": run, "@mc_ticket": f"MC-{one}", "@mc_board": board})):
            self.types("new-session", "-d", "-s", name, "sleep 9999")
            for option, value in tags.items():
                self.tmux("set-option", "-t", f"={name}:", option, value)
            self.looks(one)
            self.end_tmux("kill-session", "-t", f"={name}")
        self.over(one)


if __name__ == "__main__":
    main()
