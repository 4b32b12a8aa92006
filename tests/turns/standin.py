"""A stand-in that draws as an agent does (screens: ../screens): its echo, its busy line, its input box, its footer.

    standin.py KIND LOG [OPTION …] PROMPT

KIND is claude, codex, gemini or pi. Each turn's text is put into LOG-N, and the reply is the file LOG-reply, its lines
turned by one more each time, so that another one is the last above the box."""
import os
import select
import sys
import textwrap
import time
import tty

RULE = "─" * 110
KINDS = {
    "claude": dict(
        echo=("❯ ", "  "), reply=("● ", "  "),
        box=lambda text: [RULE, "❯\u00a0" + label(text, "[Pasted text #1 +%d lines]"), RULE],
        foot=["  ⏵⏵ bypass permissions on (shift+tab to cycle) · ← for agents"],
        busy=(["✻ Forging… (1s · ↓ 5 tokens)", ""], ["  ⏵⏵ bypass permissions on · esc to interrupt · ← for agents"])),
    "codex": dict(
        echo=("› ", "  "), reply=("• ", "  "),
        box=lambda text: ["› " + (text.replace("\n", "\n  ") or "Ask Codex to do anything")],
        foot=["", "  mock-model default · ~/proj", "  ← for agents · ? for shortcuts"],
        busy=(["• Working (1s • esc to interrupt)", ""], None)),
    "gemini": dict(
        echo=(" > ", "   "), reply=("✦ ", "  "),
        box=lambda text: [RULE, " YOLO Ctrl+Y", "",
                          " * " + (label(text, "[Pasted Text: %d lines]") or "  Type your message or @path/to/file")],
        foot=["", " workspace (/directory)                 sandbox", " ~/proj                     no sandbox"],
        busy=([" ⠼ Thinking... (esc to cancel, 1s)"], None)),
    "pi": dict(
        echo=(" ", " "), reply=(" ", " "),
        box=lambda text: [RULE, text, RULE],
        foot=["~/proj (master)", "↑10 ↓10 0.0%/200k (auto)               mock-model"],
        busy=([" ⠴ Working...", ""], None)),
}


def label(text, words):
    return words % text.count("\n") if text.count("\n") > 3 else text


class Agent:
    def __init__(self, kind, log):
        self.kind, self.log = KINDS[kind], log
        self.said, self.typed, self.turns = ["%s, a stand-in" % kind, ""], "", 0

    def say(self, text, marks):
        first, rest = marks
        for line in text.split("\n"):
            for part in textwrap.wrap(line, 108, drop_whitespace=False) or [""]:
                self.said.append(first + part)
                first = rest
        self.said.append("")

    def draw(self, busy=False):
        above, foot = self.kind["busy"] if busy else ([], None)
        lines = self.said + above + self.kind["box"](self.typed) + (foot or self.kind["foot"])
        sys.stdout.write("\033[H\033[2J\033[3J" + "\n".join(lines).replace("\n", "\r\n"))
        sys.stdout.flush()

    def turn(self, prompt):
        self.turns += 1
        with open("%s-%d" % (self.log, self.turns), "w", encoding="utf-8") as file:
            file.write(prompt)
        self.typed = ""
        self.say(prompt, self.kind["echo"])
        self.draw(busy=True)
        time.sleep(0.3)
        with open(self.log + "-reply", encoding="utf-8") as file:
            reply = file.read().rstrip("\n").split("\n")
        by = self.turns % len(reply)
        self.say("\n".join(reply[by:] + reply[:by]), self.kind["reply"])
        self.draw()

    def run(self, prompt):
        tty.setraw(0)
        sys.stdout.write("\033[?2004h")
        self.draw()
        self.turn(prompt)
        pasting = ""
        while True:
            select.select([0], [], [])
            data = pasting + os.read(0, 65536).decode("utf-8", "replace")
            pasting = ""
            if "\033[200~" in data and "\033[201~" not in data:
                pasting = data
            elif "\033[200~" in data:
                self.typed += data.split("\033[200~", 1)[1].split("\033[201~", 1)[0].replace("\r", "\n")
                self.draw()
            elif "\r" in data and self.typed:
                self.turn(self.typed)


Agent(sys.argv[1], sys.argv[2]).run(sys.argv[-1])
