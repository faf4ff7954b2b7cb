"""Which installed font serves each typeface of an official paper, and the style sheet that says so. No rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from workflow.documents.metrics import Metrics
from workflow.documents.tables import opened

#: Fonts that set-up unpacks for this product alone; the operating system does not know them.
OWN_FONTS = Path(__file__).resolve().parents[2] / "var" / "fonts"
PARTS = "subset"  #: folder within: small fonts of the same names, made at set-up, to be asked first
SYSTEM_FONTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)

#: PostScript names in order of preference: the licensed font that GB/T 9704 practice asks for, then free ones; after
#: the first, each supplies the characters that those before it lack (domain.md §10.8).
CANDIDATES: dict[str, tuple[str, ...]] = {
    "小标宋": (
        "FZXiaoBiaoSong-B05S", "FZXBSJW--GB1-0", "FZXBSK--GBK1-0", "FandolSong-Bold", "NotoSerifCJKsc-Bold",
    ),
    "仿宋": (
        "FangSong_GB2312", "FZFangSong-Z02S", "FZFSK--GBK1-0", "FangSong", "FandolFang-Regular",
        "LXGWWenKai-Light", "NotoSerifCJKsc-Regular",
    ),
    "楷体": (
        "KaiTi_GB2312", "FZKai-Z03S", "FZKTK--GBK1-0", "KaiTi", "FandolKai-Regular", "LXGWWenKai-Regular",
        "NotoSerifCJKsc-Regular",
    ),
    "黑体": ("SimHei", "FZHei-B01S", "FZHTK--GBK1-0", "FandolHei-Regular", "NotoSansCJKsc-Regular"),
    "宋体": ("SimSun", "FZShuSong-Z01S", "FandolSong-Regular", "NotoSerifCJKsc-Regular"),
}  # fmt: skip
#: The style sheet's name of each typeface.
VARIABLES = {"小标宋": "biaosong", "仿宋": "fangsong", "楷体": "kaiti", "黑体": "heiti", "宋体": "songti"}
LICENSED = ("FZ", "FangSong", "KaiTi", "Sim")


@dataclass(frozen=True, slots=True)
class Face:
    """One font on this machine. `is_own` means that the style sheet has to load it from its file.

    `family` is what the style sheet asks for: an own font goes by its PostScript name, which clashes with no other.
    """

    postscript: str
    family: str
    path: Path
    index: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class FontChoice:
    """The fonts that serve one official typeface, first choice first."""

    official: str
    faces: tuple[Face, ...]

    @property
    def is_licensed(self) -> bool:
        """Whether the font is the one official practice asks for, not a free substitute."""
        return bool(self.faces) and self.faces[0].postscript.startswith(LICENSED)


@dataclass(frozen=True)
class FontReport:
    """What `chuangyou doctor` shows: the choice for every typeface, and a sentence for each that has none."""

    choices: tuple[FontChoice, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Typefaces without any font."""
        return tuple(
            f"没有可用的{choice.official}字体。请运行 make setup，或安装 fonts-noto-cjk 后重试。"
            for choice in self.choices
            if not choice.faces
        )

    def lines(self) -> tuple[str, ...]:
        """One sentence a typeface."""
        return tuple(_sentence(choice) for choice in self.choices)

    def metrics(self, official: str) -> Metrics | None:
        """Character widths of the first choice, all its parts together."""
        faces = next(choice.faces for choice in self.choices if choice.official == official)
        return read_metrics(tuple(each for each in faces if each.postscript == faces[0].postscript)) if faces else None

    @property
    def own_files(self) -> frozenset[Path]:
        """Files that the style sheet loads."""
        return frozenset(face.path for choice in self.choices for face in choice.faces if face.is_own)

    @property
    def first_families(self) -> frozenset[str]:
        """Families of the first choices; any other family in a document is a fallback."""
        firsts = {choice.faces[0].postscript for choice in self.choices if choice.faces}
        faces = (face for choice in self.choices for face in choice.faces)
        return frozenset(face.family for face in faces if face.postscript in firsts)

    @property
    def own_names(self) -> dict[str, str]:
        """PostScript names of own fonts by the family that the style sheet asks for."""
        return {face.family: face.postscript for choice in self.choices for face in choice.faces if face.is_own}

    def css(self) -> str:
        """@font-face rules for own fonts and one custom property a typeface."""
        own = {face.family: face for choice in self.choices for face in choice.faces if face.is_own}
        rules = [
            f'@font-face {{ font-family: "{name}"; src: url("{face.path.as_uri()}") }}' for name, face in own.items()
        ]
        chains = (
            f"--{VARIABLES[choice.official]}: " + ", ".join([*(f'"{face.family}"' for face in choice.faces), "serif"])
            for choice in self.choices
        )
        return "\n".join([*rules, f":root {{ {'; '.join(chains)} }}"])


def _sentence(choice: FontChoice) -> str:
    if not choice.faces:
        return f"{choice.official}：缺"
    names = " → ".join(dict.fromkeys(face.postscript for face in choice.faces))
    return f"{choice.official}：{names}" + ("" if choice.is_licensed else "（代用字体）")


def resolve_fonts(own: Path = OWN_FONTS, system: Sequence[Path] = SYSTEM_FONTS) -> FontReport:
    """Choose a font for each official typeface from what is installed."""
    return _resolve(own, tuple(system))


@lru_cache(maxsize=8)
def _resolve(own: Path, system: tuple[Path, ...]) -> FontReport:
    parts, whole = _parts(own / PARTS), installed_faces(own, system)
    whole |= {
        name: replace(face, family=f"{name}-Full") for name, face in whole.items() if face.is_own and name in parts
    }
    faces = {name: (*parts.get(name, ()), face) for name, face in whole.items()}
    return FontReport(
        tuple(
            FontChoice(official, tuple(face for name in names for face in faces.get(name, ())))
            for official, names in CANDIDATES.items()
        )
    )


def _parts(folder: Path) -> dict[str, tuple[Face, ...]]:
    """The small fonts of each name in the order of their files; those after the first get a family of their own."""
    found: dict[str, tuple[Face, ...]] = {}
    for face in _faces_in(folder, is_own=True):
        before = found.get(face.postscript, ())
        family = f"{face.postscript}-{len(before) + 1}" if before else face.family
        found[face.postscript] = (*before, replace(face, family=family))
    return found


def installed_faces(own: Path, system: tuple[Path, ...]) -> dict[str, Face]:
    """Every whole font by its PostScript name; this product's own come before the operating system's."""
    folders = ((own, True), *((each, False) for each in system))
    return _by_name(face for folder, is_own in folders for face in _faces_in(folder, is_own))


def _by_name(faces: Iterable[Face]) -> dict[str, Face]:
    found: dict[str, Face] = {}
    for face in faces:
        found.setdefault(face.postscript, face)
    return found


def _faces_in(folder: Path, is_own: bool) -> Iterator[Face]:
    pattern = "*" if is_own else "**/*"
    for path in sorted(folder.glob(pattern)) if folder.is_dir() else ():
        if path.suffix.lower() in {".ttf", ".otf", ".ttc"}:
            yield from _faces_of(path, is_own)


@lru_cache(maxsize=1024)
def _faces_of(path: Path, is_own: bool) -> tuple[Face, ...]:
    """Faces of a font file; an unreadable file has none."""
    try:
        fonts = list(TTCollection(path, lazy=True)) if path.suffix.lower() == ".ttc" else [TTFont(path, lazy=True)]
        return tuple(
            Face(
                str(font["name"].getDebugName(6)),
                str(font["name"].getDebugName(6 if is_own else 1)),
                path,
                index,
                is_own,
            )
            for index, font in enumerate(fonts)
        )
    except (TTLibError, OSError, KeyError):
        return ()


@lru_cache(maxsize=64)
def read_metrics(faces: tuple[Face, ...]) -> Metrics:
    """Widths of a font, read once; each face has what those before it lack."""
    first, *behind = faces
    return Metrics.of(
        partial(opened, first.path, first.index), partial(read_metrics, tuple(behind)) if behind else None
    )
