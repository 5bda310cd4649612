"""An exercise on paper: the sheet with room to work, and the solution step by step. Needs Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QRectF

from rnnviz.exercises import Exercise
from rnnviz.exercises.search import DIGITS
from rnnviz.exercises.statements import SheetPart
from rnnviz.export.paper import MILLIMETRE, Paper, typeset
from rnnviz.files.disk import write_whole
from rnnviz.film.notation import LECTURE, Notation
from rnnviz.scenes.equation import Row
from rnnviz.scenes.shapes import Role
from rnnviz.scenes.spelling import spelled_row
from rnnviz.scenes.worked import Worked, given, rules, worked
from rnnviz.views.typeset.foundry import foundry

_BODY, _FORMULA = 10.0, 11.0  # sizes in points
_HEAD, _PART = 19.0, 12.0
_SQUARE = 5 * MILLIMETRE
_LINE, _MOST = 1.8 * _SQUARE, 4 * _SQUARE  # of squared paper for each number that is asked for
_ROW, _TALL = 20.0, 31.0  # from one formula to the next, and where it has fractions or columns
_GAP = 26.0  # between formulas side by side
_RESULTS = 58.0  # room for the column of results

Compose = Callable[[Paper], None]


def write_exercise(
    exercise: Exercise, output: Path, notation: Notation = LECTURE, paper: str = "a4"
) -> Path:
    """Write the sheet, and beside it the solution: name.pdf and name-solution.pdf.

    Parameters
    ----------
    exercise : Exercise
    output : Path
        Of the sheet.
    notation : Notation
        In whose symbols.
    paper : str
        A key of `PAPERS`.

    Returns
    -------
    Path
        Of the solution.

    Raises
    ------
    OSError
        If a file cannot be written there.
    """
    solution = solution_path(output)
    write_whole(output, sheet_pdf(exercise, notation, paper))
    write_whole(solution, solution_pdf(exercise, notation, paper))
    return solution


def solution_path(output: Path) -> Path:
    """Where the solution of a sheet is written."""
    return output.with_name(f"{output.stem}-solution{output.suffix}")


def sheet_pdf(exercise: Exercise, notation: Notation = LECTURE, paper: str = "a4") -> bytes:
    """The sheet as a PDF."""
    title = f"{exercise.kind.title}: exercise {exercise.code}"
    sheet = _Sheet(exercise, notation)
    return _composed(sheet.questions, title, exercise, paper)


def solution_pdf(exercise: Exercise, notation: Notation = LECTURE, paper: str = "a4") -> bytes:
    """The solution as a PDF."""
    title = f"{exercise.kind.title}: solution of {exercise.code}"
    sheet = _Sheet(exercise, notation)
    return _composed(sheet.solution, title, exercise, paper)


def _composed(compose: Compose, title: str, exercise: Exercise, size: str) -> bytes:
    """Set it once to count the pages, and once more with their number."""
    foundry.wait()
    with Paper(size, title, lambda _: None, blank=True) as counting:
        compose(counting)
    code = str(exercise.code)

    def footer(paper: Paper) -> None:
        y = paper.bottom + 26.0
        paper.line(paper.left, y - 13.0, paper.right)
        here = f"The film of this sheet: rnnviz --exercise {code}, or File ▸ Exercise… {code}"
        paper.label(here, 8.0, paper.left, y, role=Role.MUTED)
        pages = f"{code} · page {paper.page} of {counting.page}"
        paper.label(pages, 8.0, paper.right, y, role=Role.MUTED, align=1.0)

    with Paper(size, title, footer) as paper:
        compose(paper)
    return paper.content


class _Sheet:
    """Sets an exercise in a notation."""

    def __init__(self, exercise: Exercise, notation: Notation) -> None:
        self._exercise, self._notation = exercise, notation

    # -- the sheet ---------------------------------------------------------------------------

    def questions(self, paper: Paper) -> None:
        """What is given and what is asked, with room to work."""
        self._head(paper, "Exercise")
        self._fields(paper)
        self._network(paper)
        self._rounding(paper)
        waiting = list(enumerate(self._exercise.questions, 1))
        while waiting:
            here = self._fitting(paper, [question for _, question in waiting])
            spare = paper.room - sum(self._height(paper, question) for question in here)
            squares = sum(question.points for question in here)
            for (number, question), _ in zip(waiting, here, strict=False):
                self._question(paper, number, question)
                side = paper.width / round(paper.width / _SQUARE)
                height = question.points * min(_LINE + spare / squares, _MOST)
                rows = max(int(height / side + 1e-6), 2)
                paper.squares(paper.left, paper.y, side, rows)
                paper.y += rows * side + 14.0
            waiting = waiting[len(here) :]
            if waiting:
                paper.turn()

    def _fitting(self, paper: Paper, questions: Sequence[SheetPart]) -> list[SheetPart]:
        """The first questions that have room on this page; on an empty one at least one."""
        room, here = paper.room, list[SheetPart]()
        for question in questions:
            room -= self._height(paper, question)
            if room < 0 and (here or paper.y > paper.top):
                break
            here.append(question)
        return here

    def _height(self, paper: Paper, question: SheetPart) -> float:
        """What a question takes with the least room to work."""
        text = paper.paragraph(self._says(question.text), _BODY, paper.width - 90.0)
        return text.height + 20.0 + question.points * _LINE

    def _fields(self, paper: Paper) -> None:
        """Name, date and points, to be filled in."""
        y = paper.y + 16.0
        fields = (("Name", 0.0, 0.52), ("Date", 0.56, 0.78), ("Points", 0.82, 1.0))
        for name, start, end in fields:
            x, until = paper.left + start * paper.width, paper.left + end * paper.width
            wide = paper.label(name, _BODY, x, y, role=Role.MUTED)
            if name == "Points":
                total = f"/ {self._exercise.points}"
                until -= 6.0 + paper.label(total, _BODY, until, y, bold=True, align=1.0)
            paper.line(x + wide + 6.0, y + 1.5, until, role=Role.MUTED)
        paper.y = y + 18.0

    def _rounding(self, paper: Paper) -> None:
        said = (
            f"Round every result to {_NUMBERS[DIGITS]} digits after the point, and go on with the "
            "rounded one; within a line nothing is rounded. The squares are room to work."
        )
        paper.y += 6.0
        paper.set(paper.paragraph(said, _BODY, paper.width))
        paper.y += 10.0

    # -- the solution ------------------------------------------------------------------------

    def solution(self, paper: Paper) -> None:
        """Every line: formula, numbers put in, result."""
        self._head(paper, "Solution")
        self._network(paper)
        said = (
            f"The numbers are those of the film, which rounds none on the way; each has "
            f"{_NUMBERS[DIGITS]} digits after the point. Who rounds every result and goes on with "
            "the rounded ones finds the same digits. Each result is a point."
        )
        if self._exercise.shape.units > 1:
            said += " The first lower index of a number is its unit."
        paper.y += 6.0
        paper.set(paper.paragraph(said, _BODY, paper.width))
        paper.y += 12.0
        for number, question in enumerate(self._exercise.questions, 1):
            first = self._worked(question)[0]
            paper.need(60.0 + self._tall(first) * 2)
            self._question(paper, number, question)
            for each in self._worked(question):
                self._statement(paper, each)
            paper.y += 16.0

    def _worked(self, question: SheetPart) -> list[Worked]:
        return [worked(self._exercise, statement) for statement in question.statements]

    def _statement(self, paper: Paper, each: Worked) -> None:
        """A formula, and behind or below it its numbers; the results in a column at the right."""
        formula, tall = self._spelled(each.formula), self._tall(each)
        indent = paper.left + 14.0
        last = paper.right - _RESULTS
        wide = typeset(formula).width * _FORMULA
        lines = [(self._spelled(row), self._spelled(result)) for row, result in each.lines]
        room = last - indent - wide - 6.0
        beside = len(lines) == 1 and typeset(lines[0][0]).width * _FORMULA <= room
        paper.need(tall + (0.0 if beside else _ROW * len(lines)))
        base = paper.y + tall * 0.62
        paper.formula(formula, _FORMULA, indent, base)
        x = indent + (wide + 4.0 if beside else 18.0)
        paper.y += tall
        for place, (numbers, result) in enumerate(lines):
            if not beside:
                base = paper.y + _ROW * 0.62
                paper.y += _ROW
            paper.formula(numbers, _FORMULA, x, base)
            at = paper.right - 8.0 - typeset(result).width * _FORMULA
            paper.formula(result, _FORMULA, at, base)
            if place + 1 == len(lines):
                paper.line(indent, paper.y, paper.right, thickness=0.4)

    @staticmethod
    def _tall(each: Worked) -> float:
        box = typeset(each.formula)
        return _TALL if box.up + box.down > 1.8 else _ROW

    # -- what both have ----------------------------------------------------------------------

    def _head(self, paper: Paper, what: str) -> None:
        y = paper.y + 8.0
        paper.label(f"rnnviz · {what}", 9.0, paper.left, y, role=Role.MUTED)
        code = str(self._exercise.code)
        title = paper.paragraph(self._exercise.kind.title, _HEAD, paper.width - 110.0, bold=True)
        wide = 20.0 + len(code) * 7.6
        paper.frame(QRectF(paper.right - wide, paper.y, wide, 27.0), radius=5.0, role=Role.MUTED)
        paper.label(code, 13.0, paper.right - wide / 2, paper.y + 18.0, bold=True, align=0.5)
        paper.y = y + 6.0
        paper.set(title)
        paper.y += 6.0
        paper.line(paper.left, paper.y, paper.right)
        paper.y += 8.0

    def _network(self, paper: Paper) -> None:
        """The rules of the network, and all its numbers."""
        self._part(paper, "The network")
        self._columns(paper, rules(self._exercise))
        paper.y += 6.0
        self._part(paper, "What is given")
        for group in given(self._exercise):
            self._across(paper, [[self._spelled(row) for row in line] for line in group])
        paper.y += 2.0

    def _across(self, paper: Paper, lines: Sequence[Sequence[Row]]) -> None:
        """Formulas side by side and below each other, in as many lines as they take."""
        start = paper.left + 14.0
        widest = max(typeset(row).width * _FORMULA for line in lines for row in line)
        most = max(map(len, lines))
        alike = widest + _GAP <= (paper.right - start + _GAP) / most
        for line in lines:
            tall = any(typeset(row).up + typeset(row).down > 1.8 for row in line)
            high, x = _TALL + 3.0 if tall else _ROW, start
            for row in line:
                wide = typeset(row).width * _FORMULA
                if x + wide > paper.right and x > start:
                    paper.y += high
                    x = start
                paper.formula(row, _FORMULA, x, paper.y + high * 0.62)
                x += (widest if alike else wide) + _GAP
            paper.y += high

    def _columns(self, paper: Paper, rows: Sequence[Row]) -> None:
        """Formulas in two columns where they have room side by side, down the first one first."""
        spelled = [self._spelled(row) for row in rows]
        half = paper.left + 14.0 + (paper.width - 14.0) / 2
        widest = max(typeset(row).width * _FORMULA for row in spelled)
        two = widest <= (paper.width - 14.0) / 2 - _GAP / 2
        count = -(-len(spelled) // 2) if two else len(spelled)
        for place, row in enumerate(spelled):
            x = paper.left + 14.0 if place < count else half
            paper.formula(row, _FORMULA, x, paper.y + (place % count + 0.62) * _ROW)
        paper.y += count * _ROW

    def _part(self, paper: Paper, title: str) -> None:
        paper.set(paper.paragraph(title, _PART, paper.width, bold=True))
        paper.y += 2.0

    def _question(self, paper: Paper, number: int, question: SheetPart) -> None:
        """Its number, its text and its points."""
        text = paper.paragraph(self._says(question.text), _BODY, paper.width - 90.0)
        base = paper.y + text.baseline
        paper.label(f"{number}", _PART, paper.left, base, bold=True)
        points = f"{question.points} points"
        paper.label(points, 9.0, paper.right, base, role=Role.MUTED, align=1.0)
        paper.set(text, paper.left + 18.0)
        paper.y += 6.0

    def _says(self, text: str) -> str:
        return self._notation.text(text)

    def _spelled(self, row: Row) -> Row:
        return spelled_row(row, self._notation)


_NUMBERS = {2: "two", 3: "three", 4: "four"}
