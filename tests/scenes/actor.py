#!/usr/bin/env python3
"""An agent that shows the screens it is told to and does nothing else: actor.py FOLDER [ARGUMENT …]

It begins with the screen that FOLDER/first names; each line that comes through FOLDER/cue-TICKET names another one. What
FOLDER/on-paste and FOLDER/on-enter name it shows at such a moment, as of the turn that it was given last. "shell" lets a
shell read in its terminal, "deaf" lets it live without one, "die" ends it. What it shows, and all that was typed, it
notes in FOLDER/agent.log, before it can be seen; when the terminal has drawn it, that is a line of FOLDER/drawn."""
import json
import os
import re
import select
import signal
import subprocess
import sys
import tty

HERE = os.path.dirname(os.path.realpath(__file__))
SCREENS = os.path.join(HERE, "..", "screens")
TURN = re.compile(r"MC_TICKET_TURN:\d+:\d{13}:[0-9a-f]{8}")
POSITION = re.compile(r"\x1b\[\d+;\d+R")


def in_front():
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())


class Actor:
    def __init__(self, folder, words):
        self.folder = folder
        self.turn = ""
        self.typed = self.pasting = ""
        self.shows = []  # what the terminal has not told yet to have drawn
        self.given(" ".join(words))

    def given(self, text):
        found = TURN.findall(text)
        self.turn = found[-1] if found else self.turn

    def note(self, event, text):
        self.add("agent.log", json.dumps({"event": event, "text": text}))

    def add(self, name, line):
        with open(os.path.join(self.folder, name), "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def said(self, name):
        """What the file says, None: it is not there."""
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return file.read().strip()
        except FileNotFoundError:
            return None

    def show(self, name, turn=None):
        """As it was captured, or of that turn."""
        if not name:
            return
        with open(os.path.join(SCREENS, name + ".screen"), encoding="utf-8") as file:
            screen = file.read().rstrip("\n")
        with open(os.path.join(SCREENS, name + ".title"), encoding="utf-8") as file:
            title = file.read().strip()
        screen = TURN.sub(turn, screen) if turn else screen.replace("4629", os.environ["MC_TICKET"].split("-")[-1])
        self.note("shows", name)
        drawn = f"\033]2;{title}\007\033[H\033[2J\033[3J" + screen.replace("\n", "\r\n")
        os.write(1, (drawn + "\033[6n").encode())
        self.shows.append(name)

    def cue(self, word, turn=None):
        if word == "shell":
            self.note("shell", "")
            subprocess.Popen(["/bin/sh"], preexec_fn=in_front, env={"PS1": ""})
            self.heard = [self.cues]  # what is typed is the shell's
            self.add("drawn", word)
        elif word == "deaf":
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            self.heard = [self.cues]
            self.add("drawn", word)
        elif word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            self.show(word, turn)

    def read(self, text):
        """What is typed, and the terminal's word that it has drawn."""
        for _ in POSITION.findall(text):
            self.add("drawn", self.shows.pop(0))
        text = self.pasting + POSITION.sub("", text)
        self.pasting = ""
        if "\033[200~" in text and "\033[201~" not in text:
            self.pasting = text
        elif "\033[200~" in text:
            text = text.split("\033[200~", 1)[1].split("\033[201~", 1)[0]
            self.given(text)
            self.note("pasted", text.replace("\r", "\n"))
            self.cue(self.said("on-paste"), self.turn)
        elif text:
            self.note("typed", json.dumps(text))
            self.cue(self.said("on-enter"), self.turn)

    def play(self):
        tty.setraw(0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.write(1, b"\033[?2004h")
        path = os.path.join(self.folder, "cue-" + os.environ["MC_TICKET"])
        if os.path.exists(path):
            os.unlink(path)
        os.mkfifo(path, 0o600)
        self.cues = os.open(path, os.O_RDWR)
        self.heard = [0, self.cues]
        self.cue(self.said("first"), self.turn)
        while True:
            for one in select.select(self.heard, [], [])[0]:
                data = os.read(one, 65536).decode("utf-8", "replace")
                if one == self.cues:
                    for name in data.split():
                        self.cue(name)
                elif data:
                    self.read(data)
                else:
                    return


if __name__ == "__main__":
    Actor(sys.argv[1], sys.argv[2:]).play()
