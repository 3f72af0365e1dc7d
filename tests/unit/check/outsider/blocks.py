"""Random processes made of blocks: what is split is joined by its like, so that they are sound; one block may be wrong."""

from random import Random

TASKS = ("U", "W", "M", "T", "RC", "CM", "CT")
FAULTS = (
    "choice joined in parallel", "parallel merged", "any joined in parallel", "deadline leaves", "no way out",
    "signal nobody sends", "error nobody catches", "nobody raises it",
)  # fmt: skip


class Blocks:
    """Text of one process in the notation of writer.py; fault: built in at a random place, "" for none."""

    def __init__(self, rng: Random, fault: str = "", depth: int = 3) -> None:
        self.rng, self.depth, self.count = rng, depth, 0
        self.fault, self.built = fault, not fault

    def process(self) -> str:
        """A whole process that ends."""
        first, last = self.new("S"), self.new("E")
        edges = self.sequence([], first, last, self.depth, looping=False)
        if not self.built:
            edges = self.through(edges, first, last)
        return "; ".join(edges)

    def through(self, edges: list[str], first: str, last: str) -> list[str]:
        """The fault right behind the start, where chance has not put it anywhere."""
        self.built = True
        (start,) = [edge for edge in edges if edge.startswith(f"{first} -> ")]
        edges.remove(start)
        there = self.new("U")
        more: list[str] = [f"{there} -> {start.removeprefix(f'{first} -> ')}"]
        self.wrong(more, first, there)
        return [*more[1:], more[0], *edges]

    def new(self, letters: str) -> str:
        self.count += 1
        return f"{letters}{self.count}"

    def sequence(self, edges: list[str], here: str, there: str, depth: int, *, looping: bool) -> list[str]:
        """One to three blocks between two nodes."""
        for _ in range(self.rng.randint(1, 3 if depth == self.depth else 2)):
            following = self.new("X")
            self.block(edges, here, following, depth, looping=looping)
            here = following
        edges.append(f"{here} -> {there}")
        return edges

    def block(self, edges: list[str], here: str, there: str, depth: int, *, looping: bool) -> None:
        if not self.built and self.rng.random() < 0.15:
            self.built = True
            self.wrong(edges, here, there)
            return
        kinds = ["task"] if depth == 0 else ["task", "choice", "loop", "sub", "deadline", "events", "reminder"]
        if depth and not looping:
            kinds += ["parallel", "any", "parallel", "any"]
        getattr(self, self.rng.choice(kinds))(edges, here, there, depth, looping)

    def task(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        edges.append(f"{here} -> {self.new(self.rng.choice(TASKS))} -> {there}")

    def split(self, letter: str, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        one, two = self.new(letter), self.new(letter)
        edges.append(f"{here} -> {one}")
        for _ in range(self.rng.randint(2, 3)):
            first = self.new("U")
            edges.append(f"{one} -> {first}")
            self.sequence(edges, first, two, depth - 1, looping=looping)
        edges.append(f"{two} -> {there}")

    def choice(self, *where) -> None:
        self.split("X", *where)

    def parallel(self, *where) -> None:
        self.split("P", *where)

    def any(self, *where) -> None:
        self.split("O", *where)

    def loop(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        one, task, two = self.new("X"), self.new("U"), self.new("X")
        edges.append(f"{here} -> {one} -> {task}")
        self.sequence(edges, task, two, depth - 1, looping=True)
        edges += [f"{two} -> {there}", f"{two} -> {one}"]

    def sub(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        inner = self.sequence([], self.new("S"), self.new("E"), depth - 1, looping=False)
        held = self.new("SP")
        edges.append(f"{here} -> {held}{{{'; '.join(inner)}}} -> {there}")
        if self.rng.random() < 0.5:
            edges.append(f"{self.new('BM')}@{held} -> {self.new('U')} -> {there}")

    def deadline(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        task = self.new("U")
        edges += [f"{here} -> {task} -> {there}", f"{self.new('BT')}@{task} -> {self.new('W')} -> {there}"]

    def reminder(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        task = self.new("U")
        edges += [f"{here} -> {task} -> {there}", f"{self.new('BT')}!@{task} -> {self.new('W')} -> {self.new('E')}"]

    def events(self, edges: list[str], here: str, there: str, depth: int, looping: bool) -> None:
        gateway = self.new("G")
        edges += [f"{here} -> {gateway} -> {self.new('CM')} -> {there}", f"{gateway} -> {self.new('CT')} -> {there}"]

    def wrong(self, edges: list[str], here: str, there: str) -> None:
        """The one block that is wrong."""
        one, two = self.new("U"), self.new("U")
        pairs = {"choice joined in parallel": "XP", "parallel merged": "PX", "any joined in parallel": "OP"}
        if self.fault in pairs:
            split, join = (self.new(letter) for letter in pairs[self.fault])
            edges += [f"{here} -> {split} -> {one} -> {join} -> {there}", f"{split} -> {two} -> {join}"]
        elif self.fault == "deadline leaves":
            split, join = self.new("P"), self.new("P")
            edges += [f"{here} -> {split} -> {one} -> {join} -> {there}", f"{split} -> {two} -> {join}"]
            edges.append(f"{self.new('BT')}@{two} -> {self.new('E')}")
        elif self.fault == "no way out":
            split, back = self.new("X"), self.new("X")
            edges += [f"{here} -> {split} -> {one} -> {there}", f"{split} -> {back} -> {two} -> {back}"]
        elif self.fault == "signal nobody sends":
            edges.append(f"{here} -> {one} -> {self.new('CS')}=never -> {there}")
        elif self.fault == "error nobody catches":
            choice, held = self.new("X"), self.new("SP")
            inner = f"{self.new('S')} -> {one} -> {choice} -> {self.new('E')}; {choice} -> {self.new('EE')}=bad"
            edges.append(f"{here} -> {held}{{{inner}}} -> {there}")
        else:
            held = self.new("SP")
            edges.append(f"{here} -> {held}{{{self.new('S')} -> {one} -> {self.new('E')}}} -> {there}")
            edges.append(f"{self.new('BX')}=late@{held} -> {two} -> {there}")
