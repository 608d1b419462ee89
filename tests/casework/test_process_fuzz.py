"""Files broken at random: the linter always answers, and what it passes the engine takes in."""

import random
import re

from wasl.casework import process_lint, seeds
from wasl.casework.engine import ENGINE

GOOD = next(p for p in seeds.shipped_processes() if p.stem == "change-of-name").read_text("utf-8")
BROKEN_NAMES = ['""', '"x"', '"start"', '"review"', '"9"', '"EXPIRED"']


def broken(chance: random.Random) -> str:
    text = GOOD
    for _time in range(chance.randint(1, 3)):
        way = chance.random()
        if way < 0.4:
            lines = text.split("\n")
            begin = chance.randrange(len(lines))
            del lines[begin : begin + chance.randint(1, 3)]
            text = "\n".join(lines)
        elif way < 0.7:
            value = chance.choice(list(re.finditer(r'"[^"]*"', text)))
            text = text[: value.start()] + chance.choice(BROKEN_NAMES) + text[value.end() :]
        else:
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice("<>&\"'\x00é{%(") + text[place + 1 :]
    return text


def test_the_linter_always_answers_and_the_engine_agrees() -> None:
    chance = random.Random(20261123)
    passed = refused = 0
    for _file in range(300):
        xml = broken(chance).encode()
        findings = process_lint.lint_installed(xml)
        assert all(str(finding) for finding in findings)
        if findings:
            refused += 1
        else:
            passed += 1
            assert ENGINE.start(ENGINE.compile(xml), {}).opened
    assert passed > 10
    assert refused > 100


def test_a_broken_coordinate_does_not_stop_the_engine() -> None:
    xml = GOOD.replace('<di:waypoint x="', '<di:waypoint x="?', 1).encode()
    assert process_lint.lint_installed(xml) == []
    assert ENGINE.start(ENGINE.compile(xml), {}).opened
