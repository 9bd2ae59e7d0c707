"""The keeper of what is served: notices a changed workspace, reads it beside, and swaps."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reconcile.finding import Address, Finding, ReconcileError, Text
from reconcile.serve import files
from reconcile.serve.snapshot import Snapshot

_STOPPING = 3.0
EVERY = 1.0
"""Seconds between two looks at the files."""


class NotReadyError(ReconcileError):
    """No state of the ledger is served yet."""


@dataclass(frozen=True)
class Trouble:
    """Why the workspace as it is now is not served, and where that is, if it is in one place."""

    why: Text
    at: Address | None = None


class Keeper:
    """Serves the last good state of a workspace.

    A change that can be read takes the place of the state before, whole; refused rows are findings
    and are served as such. Where the run fails, or a file that was read before can no longer be
    read at all, the state before stays, and `trouble` says why. `told` is called with the digest
    after each swap and with None when a change is refused. What had been said by `today` is ready
    when a state is served, and anew when the day turns; without `today` nothing is drawn up before
    somebody asks.
    """

    def __init__(
        self,
        workspace: Path,
        every: float = EVERY,
        told: Callable[[str | None], None] = lambda digest: None,
        today: Callable[[], dt.date] | None = None,
    ) -> None:
        self.workspace = workspace
        self.trouble: Trouble | None = None
        self._every = every
        self._told = told
        self._today = today
        self._current: Snapshot | None = None
        self._seen: files.Signature | None = None
        self._refused: str | None = None
        self._renewing = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether a state is served."""
        return self._current is not None

    @property
    def current(self) -> Snapshot:
        """The state that is served; hold on to it for as long as one answer takes.

        Raises NotReadyError where there is none yet.
        """
        if self._current is None:
            why = self.trouble.why.en if self.trouble else "the ledger is being read"
            raise NotReadyError(why)
        return self._current

    def start(self) -> None:
        """Read the workspace in the background, and go on looking at it."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what is being drawn up is given up."""
        self._stopped.set()
        if self._current is not None:
            self._current.stop()
        if self._thread.is_alive():
            self._thread.join(_STOPPING)

    def renew(self) -> None:
        """Look at once, and return when what is there now is served or refused.

        Whoever writes a ledger through the service calls this after writing.
        """
        with self._renewing:
            self._seen = files.signature(self.workspace)
            digest = files.digest(self.workspace)
            served = self._current.digest if self._current else None
            if digest == served:
                self.trouble, self._refused = None, None
            elif digest != self._refused:
                self._renew(digest)

    def _renew(self, digest: str) -> None:
        try:
            fresh = Snapshot.of(self.workspace, self._today() if self._today else None)
        except ReconcileError as fault:
            self._refuse(digest, Trouble(Text(str(fault), str(fault))))
        except Exception as fault:
            why = f"{type(fault).__name__}, a fault of the program"
            self._refuse(None, Trouble(Text(why, why)))
            self._seen = None  # Such a fault may pass, so the next look tries again.
        else:
            lost = None if self._current is None else _lost(self._current, fresh)
            if lost is not None:
                fresh.give_up()
                messages = (lost.message_in(language) for language in ("en", "fr"))
                self._refuse(digest, Trouble(Text(*messages), lost.at))
                return
            if self._current is not None:
                self._current.give_up()
            self._current = fresh
            if self._today is not None:
                fresh.begin_to_finish()
            self.trouble, self._refused = None, None
            self._told(fresh.digest)

    def _refuse(self, digest: str | None, trouble: Trouble) -> None:
        self.trouble, self._refused = trouble, digest
        self._told(None)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._seen is None or files.signature(self.workspace) != self._seen:
                    self.renew()
                if self._current is not None and self._today is not None:
                    self._current.keep_today(self._today())
            except OSError as fault:
                why = f"{self.workspace} cannot be read: {fault.strerror}"
                self.trouble = Trouble(Text(why, why))
            self._stopped.wait(self._every)


def _lost(before: Snapshot, after: Snapshot) -> Finding | None:
    """The finding that says why a file can no longer be read that could be read before."""
    lost = after.ledger.unknown - before.ledger.unknown
    if not lost:
        return None
    return next((one for one in after.ledger.findings if one.relation in lost), None)
