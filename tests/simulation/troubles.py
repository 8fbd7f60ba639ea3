"""Which of a run's requests something befalls."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.simulation.schedule import Trouble


@dataclass
class _Scripted:
    trouble: Trouble
    matched: int = 0
    struck: int = 0

    def meets(self) -> bool:
        self.matched += 1
        if self.matched < self.trouble.nth or self.struck == self.trouble.count:
            return False
        self.struck += 1
        return True


class Troubles:
    """Those of one run. `requests` counts by kind."""

    def __init__(self, troubles: Iterable[Trouble] = ()) -> None:
        self._by_kind: dict[str, list[_Scripted]] = {}
        for trouble in troubles:
            self._by_kind.setdefault(trouble.on, []).append(_Scripted(trouble))

    def strike(self, kinds: tuple[str, ...]) -> Trouble | None:
        """What befalls this request; every one that could counts it."""
        found = None
        for kind in kinds:
            for one in self._by_kind.get(kind, ()):
                if one.meets() and found is None:
                    found = one.trouble
        return found
