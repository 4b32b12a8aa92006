"""Changes that leave the compiled object as it is change nothing."""
import hashlib
import os
import subprocess
import tempfile
import threading

PLAIN = {}
LOCK = threading.Lock()


def compiled(weaver, text):
    """Hash of what the text compiles to at -O2, without what names its lines."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "same.c"), os.path.join(folder, "same.o")
        with open(source, "w", encoding="latin-1", newline="") as file:
            file.write(text)
        ran = subprocess.run([*weaver.compiler, "-O2", "-w", "-DNDEBUG", "-ftrivial-auto-var-init=zero", "-c",
                              "-o", target, "same.c"], cwd=folder, stderr=subprocess.DEVNULL, check=False)
        if ran.returncode != 0:
            return None
        subprocess.run(["strip", "--strip-unneeded", "-R", ".comment", target], check=True)
        with open(target, "rb") as file:
            return hashlib.sha1(file.read()).hexdigest()


def object_is(weaver, mutant):
    """Does the file compile to the same with this change?"""
    text = weaver.changed(mutant)
    if text is None:
        return False
    with LOCK:
        if weaver.name not in PLAIN:
            PLAIN[weaver.name] = compiled(weaver, weaver.text)
    return PLAIN[weaver.name] is not None and compiled(weaver, text) == PLAIN[weaver.name]
