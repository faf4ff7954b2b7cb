"""PDF/A-3: what the file says of itself, and that it is the same everywhere (ISO 19005-3)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pikepdf
import pypdfium2
import pytest
import rfc8785
import segno
from PIL import Image

from tests.documents.papers import DEFINITIONS, folder, rendered, sample
from workflow.documents import marking
from workflow.documents.archival import content_hash
from workflow.documents.findings import NoPaper, examine
from workflow.documents.render import RenderedPdf, render_pdf

PAPER = "shared/red_head"
ADDRESS = "https://chuangyou.example.com/verify/7K2M-9QWX-4TRB"
FORBIDDEN_ACTIONS = ("/JavaScript", "/Launch", "/EmbeddedGoTo", "/OpenAction", "/AA")
ELSEWHERE = """
import hashlib, sys
sys.path.insert(0, {root!r})
from tests.documents.papers import rendered
print(hashlib.sha256(rendered({paper!r}).data).hexdigest())
"""


@pytest.fixture(scope="module")
def paper() -> RenderedPdf:
    """A notice with an address for its verification."""
    values = sample(PAPER)
    values["document"] |= {"verify": ADDRESS, "code": "7K2M-9QWX-4TRB"}
    return render_pdf(folder(PAPER), values)


@pytest.fixture(scope="module")
def file(paper: RenderedPdf) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper.data))


def test_the_metadata_names_the_standard_title_number_and_fonts(file: pikepdf.Pdf) -> None:
    values = sample(PAPER)["document"]
    with file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "U")
        assert xmp["dc:title"] == str(file.docinfo["/Title"])
        assert values["number"] in xmp["pdf:Keywords"]
        assert "代用字体" in xmp["dc:description"]
        assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"]
    assert "/Filter" not in file.Root.Metadata or file.Root.Metadata.Filter == pikepdf.Name.FlateDecode


def test_colours_have_an_intent_and_fonts_are_embedded(file: pikepdf.Pdf) -> None:
    [intent] = file.Root.OutputIntents  # type: ignore[misc]
    assert intent.S == pikepdf.Name.GTS_PDFA1
    assert intent.DestOutputProfile.N == 3
    assert not file.is_encrypted
    assert all(name not in file.Root for name in FORBIDDEN_ACTIONS)
    descriptors = [
        each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    for each in descriptors:
        assert {"/FontFile2", "/FontFile3"} & set(each.keys())
    for page in file.pages:
        for font in page.Resources.Font.values():  # type: ignore[union-attr]
            assert "/ToUnicode" in font


def test_the_facts_are_embedded_and_nothing_that_is_not_printed(file: pikepdf.Pdf) -> None:
    [spec] = file.Root.AF  # type: ignore[misc]
    assert spec.AFRelationship == pikepdf.Name.Data
    assert spec.EF.F.Subtype == pikepdf.Name("/application/json")
    raw = file.attachments["document.json"].get_file().read_bytes()
    facts: dict[str, Any] = json.loads(raw)
    assert rfc8785.dumps(facts) == raw
    assert set(facts) == {"format", "document", "content_sha256", "journal_seal"}
    assert set(facts["document"]) <= {
        "catalogue", "kind", "title", "number", "code", "issuer", "main", "copies", "date", "attachments",
    }  # fmt: skip


def test_a_seal_keeps_its_transparent_parts_and_is_not_smoothed() -> None:
    picture = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 90, 200, 80)).save(picture, "PNG")
    values = sample("shared/urge_slip")
    address = f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"
    values["document"]["seal"] = {"required": True, "image": address}
    made = pikepdf.open(io.BytesIO(render_pdf(folder("shared/urge_slip"), values).data))
    images = [each for each in made.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]
    assert any("/SMask" in each for each in images)
    assert not any(each.get("/Interpolate", False) for each in images)


def test_the_hash_of_the_content_is_that_of_its_canonical_form() -> None:
    values = sample(PAPER)
    values["document"]["seal"] = {"required": True, "image": ""}
    plain = sha256(rfc8785.dumps(values)).hexdigest()
    assert content_hash(values) == plain
    values["document"]["seal"]["image"] = "data:image/png;base64,AAAA"
    assert content_hash(values) == plain  # a paper that is sealed later has the same text


def test_another_process_makes_the_same_bytes() -> None:
    code = ELSEWHERE.format(root=str(DEFINITIONS.parent), paper=PAPER)
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == rendered(PAPER).sha256


def test_the_code_stands_in_its_place_and_can_be_read(paper: RenderedPdf) -> None:
    scale = 300 / 72
    image = pypdfium2.PdfDocument(paper.data)[0].render(scale=scale).to_pil().convert("L")
    millimetre = 72 / 25.4 * scale
    area = image.crop(tuple(round(edge * millimetre) for edge in (20, 263, 60, 292)))
    left, top, right, bottom = area.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert left / millimetre + 20 == pytest.approx(28, abs=0.3)
    assert top / millimetre + 263 == pytest.approx(270.5, abs=0.3)
    assert (right - left) / millimetre == pytest.approx(13, abs=0.3)
    assert (bottom - top) / millimetre == pytest.approx(13, abs=0.3)
    assert modules(area.crop((left, top, right, bottom))) == expected()


def modules(code: Any) -> list[list[bool]]:
    """The squares of a drawn code."""
    side = len(expected())
    step = code.width / side
    return [
        [code.getpixel((int((column + 0.5) * step), int((row + 0.5) * step))) < 128 for column in range(side)]
        for row in range(side)
    ]


def expected() -> list[list[bool]]:
    """The squares that the address has."""
    made = segno.make(ADDRESS, error=marking.ERROR_CORRECTION, micro=False, boost_error=False, mask=marking.MASK)
    return [[bool(each) for each in row] for row in made.matrix]


def test_only_our_own_papers_are_examined(paper: RenderedPdf) -> None:
    assert examine(paper.data).code == "7K2M-9QWX-4TRB"
    other = io.BytesIO()
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(other)
    for data in (b"", b"%PDF-1.7", other.getvalue()):
        with pytest.raises(NoPaper):
            examine(data)
