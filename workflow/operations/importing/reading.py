"""Open a spreadsheet or a YAML file. Nothing is checked here beyond what makes a row a row."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from workflow.operations.importing.rows import ImportRefused, RowFault, Source
from workflow.operations.importing.spreadsheets import Spreadsheet
from workflow.operations.importing.yaml_rows import YamlRows, read_yaml

SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def open_source(path: Path) -> Source:
    """Read the file as its name says. ImportRefused when it cannot be read at all."""
    try:
        if path.suffix.lower() in SPREADSHEETS:
            return Spreadsheet(_calamine().CalamineWorkbook.from_path(path))
        if path.suffix.lower() in (".yaml", ".yml"):
            return YamlRows(read_yaml(path.read_text(encoding="utf-8")))
    except _calamine().PasswordError:
        raise _unreadable(path, "文件设有打开密码，请另存为不加密的文件") from None
    except (_calamine().CalamineError, _calamine().XmlError, _calamine().ZipError):
        raise _unreadable(path, "不是完好的电子表格，请用表格软件打开后另存为 .xlsx") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "文字编码不是 UTF-8，请另存为 UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ImportRefused(
            [RowFault(path.name, line, "", f"YAML 写法有误（{error.problem}），请检查缩进、引号和标点")]
        ) from None
    except OSError as error:
        raise _unreadable(path, f"打不开（{error.strerror}），请核对路径和权限") from None
    raise _unreadable(path, f"不认识“{path.suffix}”文件，请使用 .xlsx、.ods 或 .yaml")


def _calamine() -> Any:
    """What reads spreadsheets, loaded with the first."""
    return import_module("python_calamine")


def _unreadable(path: Path, message: str) -> ImportRefused:
    return ImportRefused([RowFault(path.name, 0, "", message)])
