"""What ctest gives to a test, for a module that is called by hand, and where the modules are: import it before them."""
import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("MC_BUILD_DIR") or os.path.join(ROOT, "build", "ci"))
sys.path[1:1] = [HERE, os.path.join(HERE, "..", "kill"), os.path.join(HERE, "..")]
import usage
for _name, _value in (("MC_BUILD", BUILD), ("MC_BIN", os.path.join(BUILD, "bin")), ("MC_SRC", ROOT),
                      ("MC_TRACER", os.path.join(BUILD, "unit", "mc_inject")), ("PYTHONDONTWRITEBYTECODE", "1")):
    os.environ.setdefault(_name, _value)


def no_build():
    """What to say where there are no programs to try, or None."""
    place = os.environ["MC_BIN"]
    if os.access(os.path.join(place, "mc-pickup"), os.X_OK):
        return None
    return usage.no_build(os.path.dirname(place))


def again(module, *words):
    """The line that says how to try a point once more."""
    return f"    again: python3 tests/torture/{module}.py {shlex.join(words)}"
