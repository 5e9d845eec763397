"""Forms: what a coder fills in, made from the records and the shapes that check them."""

from kg.forms.changes import Change, changes
from kg.forms.correcting import Standing, corrected, standing
from kg.forms.examination import Examined, Message, examine
from kg.forms.fields import Choice, FormField, Widget, form_of
from kg.forms.inputs import Sheet, add_part, from_inputs, part_at, remove_part

__all__ = [
    "Change",
    "Choice",
    "Examined",
    "FormField",
    "Message",
    "Sheet",
    "Standing",
    "Widget",
    "add_part",
    "changes",
    "corrected",
    "examine",
    "form_of",
    "from_inputs",
    "part_at",
    "remove_part",
    "standing",
]
