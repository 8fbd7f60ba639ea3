"""`python -m tools.walk`: type every command, and write docs/walk.md and the pictures in docs/."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.chromium import CHROMIUM
from tools.walk.documents import write
from tools.walk.listener import at_a_real_browser
from tools.walk.story import walk
from tools.walk.year import picture_page

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """The walk, in about two minutes; the port 8080 has to be free."""
    if not CHROMIUM:
        sys.exit("The walk needs Chromium, to agree on the consent page.")
    with TemporaryDirectory() as folder:
        steps = walk(Path(folder), at_a_real_browser(Path(folder, "profile")))
        write(steps, DOCS)
        picture_page(DOCS, Path(folder))
    print(f"{len(steps)} commands did what they must. See {DOCS / 'walk.md'}")


if __name__ == "__main__":
    main()
