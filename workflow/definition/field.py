"""The fields of a form: what is asked, of what type, within which limits. Validation lives in engine.forms."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Key

PEERS = "peers"  #: `among` of an organization: bodies that the same superior leads


class Frozen(BaseModel):
    """Base of every definition object: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FieldType(StrEnum):
    """How a value is entered and stored (JSON): all but the last four are a string, an integer or a boolean."""

    TEXT = "text"
    PARAGRAPH = "paragraph"
    INTEGER = "integer"
    DATE = "date"  # ISO date string
    CHOICE = "choice"
    BOOLEAN = "boolean"
    PERSON = "person"  # id of a person, chosen from `among`
    ORGANIZATION = "organization"  # id of a body
    CHOICES = "choices"  # list of option codes
    LINES = "lines"  # list of non-empty strings, one a line
    PEOPLE = "people"  # list of person ids
    TABLE = "table"  # list of rows, each a mapping column → value


class Field(Frozen):
    """One question of a form."""

    name: str = Key(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    type: FieldType = FieldType.TEXT
    required: bool = True
    hint: str = ""
    options: dict[str, str] | None = None  #: code → label of a choice
    options_from: str | None = None  #: name of a list in criteria.yaml, e.g. `goals`
    among: str | None = None  #: role whose holders may be chosen, for person and people; `peers` for an organization
    columns: tuple[Field, ...] = ()  #: of a table
    minimum: int | str | None = None  #: least value, length or number of rows; a name is a campaign parameter
    maximum: int | str | None = None
    default: str | int | bool | None = None
    confidential: bool = False  #: kept apart from the case, shown only to those who may act on it

    @model_validator(mode="after")
    def _shape(self) -> Field:
        chooses = self.type in (FieldType.CHOICE, FieldType.CHOICES)
        if chooses != (self.options is not None or self.options_from is not None):
            raise ValueError(f"{self.name}: 选项字段(choice、choices)须写 options 或 options_from,其他字段不写")
        if (self.type is FieldType.TABLE) != bool(self.columns):
            raise ValueError(f"{self.name}: 表格(table)须写 columns,其他字段不写")
        if self.among and self.type not in (FieldType.PERSON, FieldType.PEOPLE) and not self.is_of_peers:
            raise ValueError(f"{self.name}: among 只用于人员字段；组织字段只能写 peers(同级组织)")
        return self

    @property
    def is_of_peers(self) -> bool:
        """Whether a body is chosen among those of the same level."""
        return self.type is FieldType.ORGANIZATION and self.among == PEERS


class Each(Frozen):
    """Rows of a table that each open a case of their own, about the body that they name."""

    table: str  #: field of the parent
    about: str  #: column that names the body
    only: dict[str, str] = Key(default_factory=dict)  #: column → the code that it must have
    together: bool = False  #: one case for all rows about a body
