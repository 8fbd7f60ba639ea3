"""docs/permissions.md says what the template allows."""

from tests.support.rights import rights
from tools.permissions import PAGE, page


def test_the_page_is_what_one_command_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_names_every_action() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [right for right in rights() if f"`{right.action}`" not in text] == []
