"""Looking at a PDF: what a person reads on it, what a camera reads from it, what a screen reader gets."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdf
import pypdfium2
import zxingcpp


def text_of(pdf: bytes) -> str:
    """Everything written on it, with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).strip()


def codes_on(pdf: bytes) -> list[str]:
    """What a reader finds on the pages, printed at 200 dots per inch."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=200 / 72).to_pil() for page in document]
    document.close()
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def number_of_pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def size_of(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page in millimetres."""
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def accessibility(pdf: bytes) -> dict[str, object]:
    """What PDF/UA asks for: tags, a language, a title shown as such, the mark of the standard."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        with opened.open_metadata() as metadata:
            return {
                "tagged": bool(root.get("/MarkInfo", {}).get("/Marked", False)) and "/StructTreeRoot" in root,
                "language": str(root.get("/Lang", "")),
                "title": str(metadata.get("dc:title", "")),
                "title_is_shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
                "standard": str(metadata.get("pdfuaid:part", "")),
            }


def fonts_in(pdf: bytes) -> set[str]:
    """The fonts inside the file, without the letters that mark a subset: a document must carry all it needs."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            str(item["/FontName"]).split("+")[-1].lstrip("/")
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        }


def alternatives_in(pdf: bytes) -> list[str]:
    """The texts for who cannot see a picture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [str(item["/Alt"]) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
