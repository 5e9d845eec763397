"""Forms: what a coder fills in, made from the records and the shapes that check them."""

from kg.forms.examination import Examined, Message, examine
from kg.forms.fields import Choice, FormField, Widget, form_of
from kg.forms.inputs import Sheet, add_part, from_inputs, part_at, remove_part

__all__ = [
    "Choice",
    "Examined",
    "FormField",
    "Message",
    "Sheet",
    "Widget",
    "add_part",
    "examine",
    "form_of",
    "from_inputs",
    "part_at",
    "remove_part",
]
