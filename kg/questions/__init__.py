"""Questions: a library that asks the evidence what the field asks, one file a question."""

from kg.questions.answers import (
    Answer,
    Ask,
    Opened,
    Row,
    Value,
    address_parameters,
    answer,
    check_things,
    works_behind,
)
from kg.questions.catalogue import catalogue, question_iri, runnable
from kg.questions.choices import Choice, choices, listed
from kg.questions.differences import Difference, compare
from kg.questions.header import Column, Display, Header, Opening, Parameter, read_header
from kg.questions.library import Question, question, questions, read_question, search
from kg.questions.parameters import ANY, Term, Terms
from kg.questions.report import report
from kg.questions.timing import Timing, time_questions, timings

__all__ = [
    "ANY",
    "Answer",
    "Ask",
    "Choice",
    "Column",
    "Difference",
    "Display",
    "Header",
    "Opened",
    "Opening",
    "Parameter",
    "Question",
    "Row",
    "Term",
    "Terms",
    "Timing",
    "Value",
    "address_parameters",
    "answer",
    "catalogue",
    "check_things",
    "choices",
    "compare",
    "listed",
    "question",
    "question_iri",
    "questions",
    "read_header",
    "read_question",
    "report",
    "runnable",
    "search",
    "time_questions",
    "timings",
    "works_behind",
]
