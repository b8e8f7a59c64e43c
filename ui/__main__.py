"""The commands of earlier releases under the same name: commands/publish.py."""

import sys

from commands.publish import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m ui"))
