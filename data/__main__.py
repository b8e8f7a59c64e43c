"""The commands of earlier releases under the same name: commands/store.py."""

import sys

from commands.store import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m data"))
