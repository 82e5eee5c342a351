"""What makes a PDF/A-3 with an e-invoice a Factur-X: its words in the XMP, which typst cannot write."""

from __future__ import annotations

import io

import pikepdf

NAME = "factur-x.xml"
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
# The extension schema, as PDF/A demands that unknown properties are described: into the bag there is, for a second one
# would break PDF/A.
_SCHEMA = f"""
<rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>{FX}</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>fx</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq>{{properties}}</rdf:Seq></pdfaSchema:property>
</rdf:li>"""
_PROPERTY = """
<rdf:li rdf:parseType="Resource">
  <pdfaProperty:name>{name}</pdfaProperty:name>
  <pdfaProperty:valueType>Text</pdfaProperty:valueType>
  <pdfaProperty:category>external</pdfaProperty:category>
  <pdfaProperty:description>{text}</pdfaProperty:description>
</rdf:li>"""
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
_VALUES = {"DocumentType": "INVOICE", "DocumentFileName": NAME, "Version": "1.0", "ConformanceLevel": "EN 16931"}
_END_OF_SCHEMAS, _END = b"</rdf:Bag></pdfaExtension:schemas>", b"</rdf:RDF>"


def marked(pdf: bytes) -> bytes:
    """The same with Factur-X in its metadata; unchanged where it is no PDF/A. The same bytes give the same bytes.

    12 ms.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.Root.Metadata.read_bytes()
        if metadata.count(_END_OF_SCHEMAS) != 1 or metadata.count(_END) != 1:
            return pdf
        metadata = metadata.replace(_END_OF_SCHEMAS, _schema().encode() + _END_OF_SCHEMAS)
        document.Root.Metadata.write(metadata.replace(_END, _described().encode() + _END))
        file = io.BytesIO()
        document.save(file, deterministic_id=True, fix_metadata_version=False)
    return file.getvalue()


def _schema() -> str:
    return _SCHEMA.format(
        properties="".join(_PROPERTY.format(name=name, text=text) for name, text in _PROPERTIES.items())
    )


def _described() -> str:
    values = "".join(f"<fx:{name}>{text}</fx:{name}>" for name, text in _VALUES.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{FX}">{values}</rdf:Description>'
