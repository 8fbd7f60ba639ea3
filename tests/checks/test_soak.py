"""What `make test` tries a part of, `make soak` tries whole."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_WHICH_A_PART = ("from tests.support.few import", "pytestmark = pytest.mark.quick")


def test_every_file_of_which_a_part_is_tried_is_in_the_soak() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nsoak:")[1].split("\n\n")[0]
    soaked = [word for word in recipe.split() if word.startswith("tests/")]
    partly = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if any(line in path.read_text(encoding="utf-8") for line in OF_WHICH_A_PART)
    }
    assert len(partly) > 10
    assert {path for path in partly if not path.startswith(tuple(soaked))} <= {"tests/checks/test_soak.py"}
