"""Small sabotages of the guard, each of which the simulation has to find: `make simulate-mutants`."""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from itertools import chain

from tests.simulation.found.kept import KEPT
from tests.simulation.many import seeded, simulate
from tests.simulation.mutant import Mutant, changed
from tests.simulation.mutants_of_sources import OF_SOURCES
from tests.simulation.schedule import Sequence

PAIRS, SPOTIFY = "rediscover_archive/pairs", "rediscover_archive/spotify"
ADDING, MEMORY, SELECTION = f"{PAIRS}/adding.py", f"{PAIRS}/memory.py", f"{PAIRS}/selection.py"
READING, VERIFYING, STANDING = f"{PAIRS}/reading.py", f"{PAIRS}/verifying.py", f"{PAIRS}/standing.py"
GROWING = f"{PAIRS}/growing.py"
LOOKING, PLAN, PAGES = f"{PAIRS}/looking.py", f"{PAIRS}/plan.py", f"{SPOTIFY}/pages.py"
CLAIM, MAKING = "rediscover_archive/runs/claim.py", "rediscover_archive/targets/making.py"


MUTANTS = [
    Mutant(
        "skips the look at the target",
        ADDING,
        "        if self.progress.sending or interrupted:\n            self._look()\n",
        "",
    ),
    Mutant(
        "looks without waiting for what lags",
        ADDING,
        "        if self.progress.sending:\n            time.sleep(self.lag)\n",
        "",
    ),
    Mutant(
        "saves after sending instead of before",
        ADDING,
        "        progress.sending = True\n        self.save(progress)\n",
        "        progress.sending = True\n",
    ),
    Mutant("drops `sending`", ADDING, "        progress.sending = True\n", ""),
    Mutant(
        "does not save that a batch is settled",
        ADDING,
        "        progress.next = end\n        progress.sending = False\n        self.save(progress)\n",
        "        progress.next = end\n        progress.sending = False\n",
    ),
    Mutant("sends what is there already", ADDING, "known = {*self.progress.there, ", "known = {"),
    Mutant(
        "splits a batch that failed without a look",
        ADDING,
        "        time.sleep(self.lag)\n        self._look()\n        is_tried",
        "        is_tried",
    ),
    Mutant("begins with the first ones on top", PLAN, ', backwards=position == "top")', ")"),
    Mutant(
        "sends a batch backwards",
        ADDING,
        "self.spotify.add(self.plan.target, self.plan.turned(uris), ",
        "self.spotify.add(self.plan.target, self.plan.turned(uris)[::-1], ",
    ),
    Mutant(
        "forgets what it has done",
        PLAN,
        "    document = documents.get(_progress_key(where)) or {}\n",
        "    document: dict[str, Any] = {}\n",
    ),
    Mutant(
        "looks at the end only, though the target is not as it was",
        LOOKING,
        "if start == 0 or (beside and [row.uri for row in last] == [beside]):",
        "if True:",
    ),
    Mutant(
        "ignores the claim while adding", "add_tracks.py", "if not holds(documents, attempt.execution):", "if False:"
    ),
    Mutant("claims whoever runs", CLAIM, "if owner and _runs(owner, held or {}, is_running):", "if False:"),
    Mutant(
        "lets no function of a stopped run end",
        CLAIM,
        "return max(0, FUNCTION_SECONDS - int((datetime.now(UTC) - stopped).total_seconds()))",
        "return 0",
    ),
    Mutant(
        "forgets what was removed",
        MEMORY,
        '"removed": [_brief(item) for item in memory.removed[-REMOVED_KEPT:]],',
        '"removed": [],',
    ),
    Mutant(
        "brings back what was removed",
        SELECTION,
        "elif not reason and item in gone and",
        "elif not reason and False and",
    ),
    Mutant("takes a track once more that stands twice", SELECTION, "if not reason and item in chosen:", "if False:"),
    Mutant("adds what is there", SELECTION, "elif not reason and item in there:", "elif False:"),
    Mutant("turns the source's order round", SELECTION, "new.append(item)", "new.insert(0, item)"),
    Mutant("believes a total whatever the snapshot is", MEMORY, "snapshot_id in self.snapshot_ids and ", ""),
    Mutant(
        "remembers the target as it was before",
        VERIFYING,
        "items = as_shown + before.items if on_top else before.items + as_shown",
        "items = before.items",
    ),
    Mutant("believes pages that contradict each other", PAGES, "if len(totals) > 1:", "if False:"),
    Mutant(
        "believes a page that has too few rows",
        PAGES,
        "    page, came = _at_rest(fetch, offset, PAGE)\n",
        "    return fetch(offset, limit=PAGE)\n    page, came = _at_rest(fetch, offset, PAGE)\n",
    ),
    Mutant("adds on a partial picture", READING, "if unseen > known:", "if False:"),
    Mutant(
        "believes that a source has grown at its ends alone",
        GROWING,
        "not is_whole or not _are_same(last[: len(last) - below], memory.items[start - above :])",
        "not is_whole",
    ),
    Mutant(
        "takes the first rows of a source for what they were",
        GROWING,
        "if _are_same(first[above:], memory.items[: len(first) - above]):",
        "if first:",
    ),
    Mutant(
        "takes rows left out by chance for hidden",
        READING,
        "    if not is_hidden(latest, memory):\n        latest.snapshot_ids.clear()\n",
        "",
    ),
    Mutant(
        "takes what a target hides for hidden at once",
        READING,
        "    if not is_hidden(latest, memory):\n",
        '    if role == "source" and not is_hidden(latest, memory):\n',
    ),
    Mutant(
        "takes any hidden row for one of what it sent",
        STANDING,
        "    return min(before.unseen + since, sum(one.row < 0 for one in latest.sent))\n",
        "    return sum(one.row < 0 for one in latest.sent)\n",
    ),
    Mutant(
        "forgets what it sent and what was removed",
        STANDING,
        "    if before is None:\n        return latest\n    rows",
        "    return latest\n    rows",
    ),
    Mutant(
        "makes a target without writing that down",
        MAKING,
        "return self._make(intention, target) if self._replace(intention, etag) else None",
        "return self._make(intention, target)",
    ),
    Mutant(
        "does not look for the target that may have been made",
        MAKING,
        "        total = unseen = 0\n",
        "        return []\n        total = unseen = 0\n",
    ),
    Mutant("asks at once for another target", MAKING, "if doubt.attempt not in self.waited_for:", "if False:"),
    Mutant(
        "does not keep the refresh token that replaces one",
        "rediscover_archive/authorization/credentials.py",
        "if refresh_token != (self._known or credentials.refresh_token):",
        "if False:",
    ),
    Mutant(
        "writes over what the listener stored",
        "refresh_token.py",
        "            vault.store(fresh.access, fresh.refresh_token, credentials)\n",
        "            vault.store(fresh.access, fresh.refresh_token, credentials)\n"
        "            ManagedSecret(attempt.settings.credentials_secret).write({**credentials.stored, 'used': ''})\n",
    ),
    Mutant(
        "counts a run once for each attempt at its summary",
        "rediscover_archive/ledger/ledger.py",
        "self.weeks[week].executions[run] = shares",
        "self.weeks[week].executions[f'{run} {now}'] = shares",
    ),
    Mutant(
        "records only what it added itself",
        "rediscover_archive/ledger/record.py",
        "for uri in {**held, **ours} if",
        "for uri in ours if",
    ),
    Mutant(
        "records for ever what left",
        "rediscover_archive/ledger/record.py",
        "gone = _gone(there, memory) - held.keys() - ours.keys() if memory else set()",
        "gone: set[str] = set()",
    ),
    Mutant(
        "lets a failed run look well",
        "summarize.py",
        "failure = failure_of(error_of(state), outcomes)",
        "failure = None",
    ),
    Mutant(
        "sends a request again whose answer was lost",
        "rediscover_archive/spotify/transport.py",
        "        except requests.RequestException as error:\n            raise",
        "        except requests.RequestException as error:\n"
        "            if method == 'POST':\n"
        "                return request(self._session, method, url, **arguments)\n"
        "            raise",
    ),
    Mutant(
        "overwrites what another run noted of a target",
        MEMORY,
        "    return documents.replace(where, _document(memory, role), etag)\n",
        "    documents.put(where, _document(memory, role))\n    return True\n",
    ),
    *OF_SOURCES,
]


def sequences(first: int, number: int | None) -> Iterator[Sequence]:
    """What the simulation has found before, some of which chance finds in hours only, and what it draws."""
    return chain(KEPT.values(), seeded(first, number))


def main() -> int:
    """Simulate every mutant until enough of its sequences are broken, or its time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants")
    parser.add_argument("--seconds", type=float, default=60, help="most for each")
    parser.add_argument("--sequences", type=int, help="most for each, instead of a time")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--enough", type=int, default=10, help="broken sequences, on each core, after which one is found"
    )
    parser.add_argument("names", nargs="*", help="of those that are meant, or a part of each")
    given = parser.parse_args()
    chosen = [one for one in MUTANTS if not given.names or any(part in one.name for part in given.names)]
    missed = 0
    for mutant in chosen:
        with changed(mutant) as folder:
            seconds = 1e9 if given.sequences else given.seconds
            found = simulate(partial(sequences, given.first, given.sequences), seconds, folder, given.enough)
        missed += not found.broken
        told = found.broken[0][1][:70] if found.broken else "NOT FOUND"
        print(f"{mutant.name:<58} {len(found.broken):>4} of {found.sequences:>6,}  {told}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} mutants found.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
