"""kill -9 of worker processes at random moments, while jobs have effects outside and mails to send."""

import subprocess
import time
from collections import Counter
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from benchmarks.torture._support import PATIENCE, Figure, Options, breaches, open_context, prepared, run
from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.persistence.models import Job, OutboxMail, ProcessInstance, UserTask
from server.queries.sign_in import actor_named
from server.security.actor import Actor
from tests.durability import workshop
from tests.durability.processes import spawn

KILLS = 100
WORKERS = 2
LONGEST_WAIT = 0.3
JOBS, JOB_SECONDS = 8, "0.03"
OPEN = 12
FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
SENTENCE = (
    "{kills} kills of worker processes during {jobs} jobs of {complaints} complaints: {lost} completions lost, "
    "{doubled} recorded twice, {repeated_effects} outside effects repeated (seed {seed})."
)


def main(argv: list[str] | None = None) -> None:
    run(argv, "worker-kill", SENTENCE, torture)


def torture(options: Options, folder: Path) -> Figure:
    """No server: only the workers run jobs, and this process files complaints and completes their last step."""
    data, _token = prepared(folder, workshop.chain(JOBS, JOB_SECONDS))
    effects = folder / "effects"
    office = Office(open_context(data))
    rng = Random(options.seed)
    kills = KILLS if options.kills is None else options.kills
    crew = Crew(data, effects)
    try:
        for _ in range(kills):
            while not crew.oldest_is_at_work():
                office.work_for(0.05)
            office.work_for(rng.uniform(0, LONGEST_WAIT))
            crew.kill_oldest()
        office.close()
    finally:
        crew.end()
    runs = Counter(line.split()[0] for line in effects.read_text("utf-8").splitlines())
    found = breaches(data, office.acknowledged) + office.trouble() + effects_missing(office, runs)
    facts = {"jobs": len(runs), "repeated_effects": sum(runs.values()) - len(runs)}
    office.context.database.close()
    return Figure(kills, len(office.filed), len(office.acknowledged), found, facts)


class Crew:
    """Worker processes; a killed one is replaced at once."""

    def __init__(self, data: Path, effects: Path):
        self._data, self._effects = data, effects
        self._env = {"KESU_WORKERS": workshop.WORKERS, "DURABILITY_EFFECTS": str(effects)}
        self._processes = [self._hire() for _ in range(WORKERS)]

    def oldest_is_at_work(self) -> bool:
        """Whether it has begun a job; a process takes about two seconds to get so far."""
        begun = self._effects.read_text("utf-8") if self._effects.exists() else ""
        return f" {self._processes[0].pid}\n" in begun

    def kill_oldest(self) -> None:
        victim = self._processes.pop(0)
        victim.kill()
        victim.wait()
        self._processes.append(self._hire())

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def _hire(self) -> subprocess.Popen[bytes]:
        return spawn(["worker", "--concurrency", "2"], self._data, env=self._env)


class Office:
    """Keeps OPEN complaints open, completes the user task at the end of each."""

    def __init__(self, context: Context):
        self.context = context
        self.filed: list[str] = []
        self.acknowledged: dict[str, tuple[int, object]] = {}
        admin = actor_named(context, "admin")
        assert admin is not None
        self._admin: Actor = admin

    def work_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._complete_open()
            if self._open() < OPEN:
                self._file()
            time.sleep(0.02)

    def close(self) -> None:
        """Bring everything to its end."""
        end = time.monotonic() + PATIENCE
        while self._open() and time.monotonic() < end:
            self._complete_open()
            time.sleep(0.05)

    def trouble(self) -> list[str]:
        """What is not at its end, and jobs and mails that should be there."""
        with self.context.read() as connection:
            jobs = connection.execute(select(func.count()).where(Job.state == "done")).scalar_one()
            mails = connection.execute(select(func.count(OutboxMail.id))).scalar_one()
        wanted = JOBS * len(self.filed)
        found = [f"lost: {jobs} of {wanted} jobs are done"] if jobs != wanted else []
        found += [f"lost: {mails} of {wanted} mails are in the outbox"] if mails < wanted else []
        found += [f"doubled: {mails} mails instead of {wanted}"] if mails > wanted else []
        return found + ([f"{self._open()} complaints never ended"] if self._open() else [])

    def _open(self) -> int:
        with self.context.read() as connection:
            query = select(func.count()).where(ProcessInstance.state != "completed")
            return int(connection.execute(query).scalar_one())

    def _file(self) -> None:
        filing = FileComplaint(actor=self._admin, command_id=f"file-{len(self.filed)}", channel="phone", fields=FIELDS)
        answer = self.context.execute(filing)
        self.filed.append(answer.body["instance_id"])
        self.acknowledged[f"file-{len(self.filed) - 1}"] = (answer.status, answer.body)

    def _complete_open(self) -> None:
        with self.context.read() as connection:
            tasks = list(connection.execute(select(UserTask.id).where(UserTask.state == "open")).scalars())
        for task_id in tasks:
            data = {"intake": {"urgency": "normal"}}
            answer = self.context.execute(
                CompleteTask(actor=self._admin, command_id=task_id, task_id=task_id, data=data)
            )
            self.acknowledged[task_id] = (answer.status, answer.body)


def effects_missing(office: Office, runs: Counter[str]) -> list[str]:
    """Jobs that are done although their worker never began them."""
    with office.context.read() as connection:
        done = set(connection.execute(select(Job.id).where(Job.state == "done")).scalars())
    return [f"lost: job {job} is done and had no effect" for job in done - set(runs)]
