"""Read definitions/ into frozen typed objects. The only place that parses YAML definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import rfc8785
import yaml
from pydantic import BaseModel, ValidationError

from workflow.definition import fault
from workflow.definition.campaign import CampaignDefinition, Criteria, OrganizationVocabulary
from workflow.definition.complaints import faults_of
from workflow.definition.fault import Fault, Source
from workflow.definition.model import Stage
from workflow.errors import DefinitionError

ModelT = TypeVar("ModelT", bound=BaseModel)

ORGANIZATION, CRITERIA, CAMPAIGN = "organization.yaml", "criteria.yaml", "campaign.yaml"
BOOLEAN = "tag:yaml.org,2002:bool"
MERGE = "tag:yaml.org,2002:merge"
TRUE_OR_FALSE = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")


class _Loader(yaml.CSafeLoader):
    """YAML with the booleans of version 1.2: `on`, `off`, `yes` and `no` are words like any other."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != BOOLEAN]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(BOOLEAN, TRUE_OR_FALSE, list("tTfF"))


@dataclass(frozen=True)
class Definitions:
    """Everything under definitions/ except templates."""

    directory: Path
    stages: Mapping[str, Stage]
    organization: OrganizationVocabulary
    criteria: Criteria
    campaign: CampaignDefinition
    calendar: Mapping[int, Mapping[str, object]]
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)  #: by file

    @property
    def for_service(self) -> Definitions:
        """The same without where everything stands, for whoever does not mend the files."""
        return replace(self, sources={})


class _Reading:
    """One pass over the directory: collects the faults of every file instead of stopping at the first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.faults: list[Fault] = []
        self.sources: dict[str, Source] = {}

    def plain(self, path: Path) -> Any:
        """The values of a file as written."""
        file = path.relative_to(self.directory).as_posix()
        try:
            source, value, faults = parse(path.read_text(encoding="utf-8"), file)
        except OSError:
            self.faults.append(Fault(file, 1, "-", "读不到这个文件", "请恢复该文件或者核对文件权限"))
            return None
        except UnicodeDecodeError:
            self.faults.append(Fault(file, 1, "-", "文件不是 UTF-8 编码", "请另存为 UTF-8 编码"))
            return None
        self.sources[file] = source
        self.faults += faults
        return None if faults else value

    def typed(self, model: type[ModelT], path: Path) -> ModelT | None:
        """A file as an object of its model."""
        raw = self.plain(path)
        if raw is None:
            return None
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self.faults += faults_of(error, self.sources[path.relative_to(self.directory).as_posix()])
            return None

    def stages(self) -> Iterator[Stage]:
        """The stage files; each is named after its folder."""
        for path in sorted(self.directory.glob("stages/*/stage.yaml")):
            stage = self.typed(Stage, path)
            if stage is None:
                continue
            if stage.stage != path.parent.name:
                source = self.sources[path.relative_to(self.directory).as_posix()]
                message = f"stage 写的是“{stage.stage}”，文件夹名是“{path.parent.name}”"
                self.faults.append(source.fault(("stage",), message, "请把两者改成一致"))
            yield stage

    def calendar(self) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The year tables."""
        for path in sorted(self.directory.glob("calendar/*.yaml")):
            table = self.plain(path)
            if isinstance(table, dict) and isinstance(table.get("year"), int):
                yield table["year"], table
            elif table is not None:
                source = self.sources[path.relative_to(self.directory).as_posix()]
                self.faults.append(source.fault(("year",), "没有写明年份", "请写 year: 2012 的样子"))


def load(directory: Path) -> Definitions:
    """Load every definition. Raises DefinitionError whose `found` lists every fault: file, line, key and the fix."""
    reading = _Reading(directory)
    stages = {each.stage: each for each in reading.stages()}
    organization = reading.typed(OrganizationVocabulary, directory / ORGANIZATION)
    criteria = reading.typed(Criteria, directory / CRITERIA)
    campaign = reading.typed(CampaignDefinition, directory / CAMPAIGN)
    calendar = dict(reading.calendar())
    if reading.faults or organization is None or criteria is None or campaign is None:
        found = tuple(sorted(reading.faults))
        raise DefinitionError(faults="\n".join(map(str, found)), found=found)
    return Definitions(directory, stages, organization, criteria, campaign, calendar, reading.sources)


def parse(text: str, file: str) -> tuple[Source, Any, list[Fault]]:
    """The values of a YAML text, where each stands, and what is wrong with the text itself."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Source(file), None, [Fault(file, 1, "-", "文件是空的", "请写入内容")]
        found = Source(file, dict(_lines(node, ())))
        repeated = [found.fault(path, "同一个键写了两次", "请删去一处或者合并") for path in _repeated(node, ())]
        return found, loader.construct_document(node), repeated
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        fix = "请检查缩进、冒号后的空格和括号；花括号内的中文逗号用全角，或者整段加引号"
        return Source(file), None, [Fault(file, line, "-", f"YAML 写法有误（{error.problem}）", fix)]
    finally:
        loader.dispose()


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, int]]:
    """The parts of a mapping or list: key, value and the line where the part begins."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.tag == MERGE:
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    yield from _children(merged)
            else:
                yield str(key.value), value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield index, value, value.start_mark.line + 1


def _lines(node: yaml.Node, path: fault.Path) -> Iterator[tuple[fault.Path, int]]:
    for step, value, line in _children(node):
        yield (*path, step), line
        yield from _lines(value, (*path, step))


def _repeated(node: yaml.Node, path: fault.Path) -> Iterator[fault.Path]:
    if isinstance(node, yaml.MappingNode):
        written = [str(key.value) for key, _ in node.value if key.tag != MERGE]
        yield from ((*path, key) for key in sorted({each for each in written if written.count(each) > 1}))
    for step, value, _ in _children(node):
        yield from _repeated(value, (*path, step))


@lru_cache(maxsize=256)
def content_hash(stage: Stage) -> str:
    """The identity of a stage definition's content: unchanged when the model gains a key with a default."""
    return sha256(rfc8785.dumps(stage.model_dump(mode="json", by_alias=True, exclude_defaults=True))).hexdigest()


def json_schema() -> dict[str, dict[str, Any]]:
    """Schemas by which editors complete and check the files: name → JSON Schema."""
    models: dict[str, type[BaseModel]] = {
        "stage": Stage,
        "organization": OrganizationVocabulary,
        "criteria": Criteria,
        "campaign": CampaignDefinition,
    }
    return {name: model.model_json_schema(by_alias=True, mode="validation") for name, model in models.items()}
