"""Following an execution until it ends, with Step Functions' answers in pages."""

from typing import Any

from rediscover.executions.timeline import Timeline
from rediscover.executions.watch import events, follow
from tests.cli.recordings import load


class Client:
    """Answers as Step Functions does while a recorded execution goes on: a few events more at each look."""

    def __init__(self, grows_by: int, page: int) -> None:
        self._recording = load("nested-maps")
        self._grows_by, self._page = grows_by, page
        self._known = 0

    def describe_state_machine_for_execution(self, **_: Any) -> dict[str, Any]:
        return {"definition": "{}"}

    def describe_execution(self, **_: Any) -> dict[str, Any]:
        self._known += self._grows_by
        finished = self._known >= len(self._recording["events"])
        status = "SUCCEEDED" if finished else "RUNNING"
        return {**self._recording["execution"], "status": status, "ResponseMetadata": {}}

    def get_execution_history(self, **asked: Any) -> dict[str, Any]:
        assert asked["maxResults"] == 1000
        first = int(asked.get("nextToken", 0))
        known = self._recording["events"][: self._known]
        last = first + self._page
        more = {"nextToken": str(last)} if last < len(known) else {}
        return {"events": known[first:last], **more}


class Seen:
    """A view that remembers what it was shown."""

    def __init__(self) -> None:
        self.moments: list[int] = []
        self.last = ""

    def update(self, timeline: Timeline) -> None:
        self.moments.append(len(timeline.moments))
        self.last = timeline.status


def test_an_execution_is_followed_until_it_ends() -> None:
    seen = Seen()
    client: Any = Client(grows_by=30, page=1000)
    execution = follow(client, "arn", seen, every=0)
    assert execution == load("nested-maps")["execution"] | {"status": "SUCCEEDED"}
    assert seen.last == "SUCCEEDED"
    assert seen.moments == sorted(set(seen.moments))
    assert len(seen.moments) == 4


def test_a_history_in_pages_is_read_whole() -> None:
    client: Any = Client(grows_by=102, page=7)
    client.describe_execution()
    assert events(client, "arn") == load("nested-maps")["events"]


def test_an_execution_that_waits_is_looked_at_less_often() -> None:
    client: Any = Client(grows_by=30, page=1000)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        """Nothing happens from the second look to the twentieth."""
        pauses.append(seconds)
        client._grows_by = 0 if 2 <= len(pauses) < 20 else 30

    follow(client, "arn", Seen(), every=1, wait=sleep)
    assert pauses[:3] == [1, 1, 1.25]
    assert pauses == sorted(pauses[:20]) + pauses[20:]
    assert pauses[19] == 5
    assert pauses[20] == 1
