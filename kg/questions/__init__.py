"""Questions: a library that asks the evidence what the field asks, one file a question."""

from kg.questions.answers import Answer, Opened, Row, Value, answer, works_behind
from kg.questions.header import Column, Display, Header, Opening, Parameter, read_header
from kg.questions.library import Question, question, questions, read_question, search
from kg.questions.parameters import ANY, Term, Terms

__all__ = [
    "ANY",
    "Answer",
    "Column",
    "Display",
    "Header",
    "Opened",
    "Opening",
    "Parameter",
    "Question",
    "Row",
    "Term",
    "Terms",
    "Value",
    "answer",
    "question",
    "questions",
    "read_header",
    "read_question",
    "search",
    "works_behind",
]
