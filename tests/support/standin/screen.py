"""What a person sees after a program wrote to a terminal: a small terminal emulator, so that a test
can say which lines stand on a screen of 80 by 24, in which order, and how many there are."""

import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|"
                      r"[ -/]*[0-Z\\^-~])")


def width_of(character):
    """Columns that a character takes: 0, 1 or 2."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """ROWS by COLUMNS. feed() takes what a program wrote; what scrolls off the top is kept.

    Knows line feed, carriage return, backspace, tab, wrapping, the cursor's movements and erasing;
    colours and other attributes are ignored. A sequence it does not know is ignored too."""

    def __init__(self, rows=24, columns=80):
        self.rows, self.columns = rows, columns
        self.history = []  # the lines that have scrolled off
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.pending = ""  # the start of a sequence whose end was not written yet

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        position = 0
        while position < len(text):
            character = text[position]
            if character == "\x1b":
                found = SEQUENCE.match(text, position)
                if found:
                    position = found.end()
                    if found.group(2):
                        self.control(found.group(1), found.group(2))
                    continue
                if len(text) - position < 64:
                    self.pending = text[position:]
                    return
            elif character >= " " and character != "\x7f":
                self.put(character)
            else:
                self.move(character)
            position += 1

    def put(self, character):
        width = width_of(character)
        if not width:
            return
        if self.column + width > self.columns:
            self.column = 0
            self.down()
        self.cells[self.row][self.column] = character
        if width == 2:
            self.cells[self.row][self.column + 1] = ""
        self.column += width

    def move(self, character):
        if character == "\n":
            self.down()
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(0, min(self.column, self.columns - 1) - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)

    def down(self):
        self.row += 1
        if self.row == self.rows:
            self.history.append(self.cells.pop(0))
            self.cells.append([" "] * self.columns)
            self.row -= 1

    def control(self, parameters, final):
        """A CSI sequence (ECMA-48)."""
        numbers = [int(number) if number.isdigit() else 0 for number in parameters.split(";")]
        count = max(1, numbers[0])
        if final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + count)
        elif final == "C":
            self.column = min(self.columns - 1, self.column + count)
        elif final == "D":
            self.column = max(0, self.column - count)
        elif final == "G":
            self.column = min(self.columns, count) - 1
        elif final in "Hf":
            self.row = min(self.rows, count) - 1
            self.column = min(self.columns, max(1, (numbers + [1])[1])) - 1
        elif final == "K":
            self.erase(self.row, *self.part(numbers[0], self.column, self.columns))
        elif final == "J":
            first, end = self.part(numbers[0], self.row + 1, self.rows)
            for row in range(first, end):
                self.erase(row, 0, self.columns)
            if numbers[0] < 2:
                self.erase(self.row, *self.part(numbers[0], self.column, self.columns))

    @staticmethod
    def part(which, here, end):
        """What 0 (to the end), 1 (from the beginning) and 2 (all) of an erasing sequence mean."""
        return {0: (here, end), 1: (0, min(here + 1, end))}.get(which, (0, end))

    def erase(self, row, first, end):
        self.cells[row][first:end] = [" "] * (end - first)

    @staticmethod
    def text_of(rows):
        lines = ["".join(row).rstrip() for row in rows]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def lines(self):
        """Every line, with those that have scrolled off, without the empty ones at the end."""
        return self.text_of(self.history + self.cells)

    def visible(self):
        """The lines that are on the screen now."""
        return self.text_of(self.cells)


def shown(text, rows=24, columns=80):
    """The lines that a terminal shows for TEXT, scrolled ones too."""
    screen = Screen(rows, columns)
    screen.feed(text)
    return screen.lines()
