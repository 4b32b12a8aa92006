"""Some points of keep_faults.py, spread over all."""
import sys

sys.dont_write_bytecode = True
from keep_faults import run

if __name__ == "__main__":
    sys.exit(run(4))
