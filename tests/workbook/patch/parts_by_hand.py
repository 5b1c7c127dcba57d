"""A workbook written by hand, part by part, small enough to be read, with what a team's sheet may have on it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

DATA: Final = f"""<worksheet xmlns="{MAIN}" xmlns:r="{R}"><sheetPr><outlinePr summaryRight="0"/></sheetPr><dimension ref="A1:H10"/>
<sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>
<cols><col min="1" max="1" width="20" customWidth="1"/><col min="2" max="5" width="12" style="1" customWidth="1"/><col min="7" max="16384" width="9"/></cols>
<sheetData>
<row r="1" spans="1:8" ht="30" customHeight="1"><c r="A1" t="s" s="3"><v>0</v></c></row>
<row r="3"><c r="B3" t="inlineStr" s="2"><is><t>No</t></is></c><c r="C3" t="inlineStr" s="2"><is><t>Due</t></is></c><c r="D3" t="inlineStr" s="2"><is><t>Hours</t></is></c><c r="E3" t="inlineStr" s="2"><is><t>Days</t></is></c><c r="H3"><v>1</v></c></row>
<row r="4" s="1" customFormat="1"><c r="B4" t="s"><v>1</v></c><c r="C4" s="4"><v>45000</v></c><c r="D4" s="1"><v>12</v></c><c r="E4"><f>Todo[[#This Row],[Hours]]/24</f><v>0.5</v></c><c r="H4" t="inlineStr"><is><t>mine</t></is></c></row>
<row r="5"><c r="B5" t="s"><v>2</v></c><c r="C5" s="4"><v>45001</v></c><c r="D5" s="1"><v>24</v></c><c r="E5"><f>Todo[[#This Row],[Hours]]/24</f><v>9</v></c></row>
<row r="6" ht="40" hidden="1"><c r="B6" s="5"/><c r="C6" s="4"/><c r="D6" s="1"/><c r="E6"><f>Todo[[#This Row],[Hours]]/24</f><v>0</v></c></row>
<row r="10"><c r="A10" t="b"><v>1</v></c><c r="F10" t="str"><f>B4&amp;"!"</f><v>old</v></c><c r="G10"><f>SUM(Todo[Hours])</f><v>36</v></c></row>
</sheetData><autoFilter ref="A20:B22"/><mergeCells count="1"><mergeCell ref="A12:C12"/></mergeCells>
<conditionalFormatting sqref="D4:D6 H4"><cfRule type="cellIs" priority="1" operator="greaterThan" dxfId="0"><formula>20</formula></cfRule></conditionalFormatting>
<dataValidations count="1"><dataValidation type="list" sqref="B4:B6"><formula1>"x,y"</formula1></dataValidation></dataValidations>
<hyperlinks><hyperlink ref="B4" location="'List'!A1"/><hyperlink ref="H4" r:id="rId2"/></hyperlinks>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>"""  # fmt: skip

LIST: Final = f"""<worksheet xmlns="{MAIN}" xmlns:r="{R}"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c><c r="B1" t="inlineStr"><is><t>text</t></is></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="4" t="inlineStr"><is><t xml:space="preserve"> a &amp; b </t></is></c></row>
<row r="5"><c r="D5" t="str"><f t="shared" ref="D5:D6" si="0">A5&amp;"x"</f><v>x</v></c></row>
<row r="6"><c r="D6" t="str"><f t="shared" si="0"/><v>x</v></c></row>
</sheetData></worksheet>"""

TABLE: Final = f"""<table xmlns="{MAIN}" id="1" name="Todo" displayName="Todo" ref="B3:E6" totalsRowShown="0"><autoFilter ref="B3:E6"><filterColumn colId="0"><filters><filter val="C-1"/></filters></filterColumn></autoFilter>
<sortState ref="B4:E6"><sortCondition ref="B4:B6"/></sortState><tableColumns count="4"><tableColumn id="1" name="No"/><tableColumn id="2" name="Due"/><tableColumn id="3" name="Hours"/>
<tableColumn id="4" name="Days"><calculatedColumnFormula>Todo[[#This Row],[Hours]]/24</calculatedColumnFormula></tableColumn></tableColumns><tableStyleInfo name="TableStyleLight1" showRowStripes="1"/></table>"""

STYLES: Final = f"""<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Arial"/></font><font><b/><sz val="11"/><name val="Arial"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0"><alignment wrapText="1"/></xf>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyProtection="1"><protection locked="0"/></xf></cellXfs>
<dxfs count="1"><dxf><font><color rgb="FFFF0000"/></font></dxf></dxfs></styleSheet>"""

WORKBOOK: Final = f"""<workbook xmlns="{MAIN}" xmlns:r="{R}"><bookViews><workbookView activeTab="0"/></bookViews><sheets><sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="List" sheetId="4" r:id="rId2"/></sheets>
<definedNames><definedName name="Hours">Todo[Hours]</definedName><definedName name="Ones">List!$A$2:$A$2</definedName><definedName name="_xlnm.Print_Area" localSheetId="0">Data!$A$1:$H$10</definedName></definedNames><calcPr calcId="191029"/></workbook>"""


def _types(sheets: int, more: str = "") -> str:
    pages = "".join(f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{TYPES}.worksheet+xml"/>' for at in range(1, sheets + 1))  # fmt: skip
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{pages}'
        f'<Override PartName="/xl/tables/table1.xml" ContentType="{TYPES}.table+xml"/><Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>{more}</Types>'
    )


def _rels(*targets: tuple[str, str]) -> str:
    lines = "".join(f'<Relationship Id="rId{at}" Type="{R}/{kind}" Target="{target}"{external}/>'
                    for at, (kind, target) in enumerate(targets, 1) for external in [' TargetMode="External"' if "//" in target else ""])  # fmt: skip
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


TEAM: Final[dict[str, str]] = {
    "[Content_Types].xml": _types(2, f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/><Override PartName="/xl/calcChain.xml" ContentType="{TYPES}.calcChain+xml"/>'),
    "_rels/.rels": _rels(("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": WORKBOOK,
    "xl/_rels/workbook.xml.rels": _rels(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"), ("calcChain", "calcChain.xml")),
    "xl/worksheets/sheet1.xml": DATA,
    "xl/worksheets/_rels/sheet1.xml.rels": _rels(("table", "../tables/table1.xml"), ("hyperlink", "https://example.com/")),
    "xl/worksheets/sheet2.xml": LIST,
    "xl/tables/table1.xml": TABLE,
    "xl/styles.xml": STYLES,
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="3" uniqueCount="3"><si><t>title</t></si><si><t>C-1</t></si><si><r><t>C</t></r><r><t>-2</t></r></si></sst>',
    "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="E4" i="1"/></calcChain>',
}  # fmt: skip
"""What a team has: Data with the table Todo, a filter, a rule, links; List, which is no Excel Table."""

PREFIXED: Final = {
    name: re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=") if name.startswith("xl/") and not name.endswith(".rels") else text
    for name, text in TEAM.items()
}  # fmt: skip
"""The same, every element of the spreadsheet with a prefix."""

_LEFT_OUT: Final = (
    "sheetPr", "sheetFormatPr", "cols", "conditionalFormatting", "dataValidations", "hyperlinks", "definedNames", "calcPr", "dxfs",
    "sortState", "autoFilter", "mergeCells", "calculatedColumnFormula",
)  # fmt: skip


def _bare(text: str) -> str:
    for name in _LEFT_OUT:
        text = re.sub(rf"<{name}\b[^<>]*/>|<{name}\b.*?</{name}>", "", text, flags=re.DOTALL)
    text = re.sub(
        r"<dimension[^<>]*/>|<(Override|Relationship) [^<>]*calcChain[^<>]*/>| spans=\"[^\"]*\"", "", text
    )
    text = re.sub(r'<row r="2"', "<row", re.sub(r'<c r="[AB]2"', "<c", text))
    return text.replace('<row r="3">', '<row r="3"><!-- <row r="9"> -->')


BARE: Final = {name: _bare(text) for name, text in TEAM.items() if "calcChain" not in name}
"""Without all that may be missing; a row and its cells without numbers, a comment."""

MADE: Final[dict[str, str]] = {
    "[Content_Types].xml": _types(1, f'<Default Extension="PNG" ContentType="image/png"/><Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/>'),
    "xl/drawings/drawing1.xml": '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>',
    "xl/drawings/_rels/drawing1.xml.rels": _rels(("image", "../media/image1.png"), ("hyperlink", "https://example.com/?a=1&amp;b=2")),
    "xl/media/image1.png": "no picture",
    "_rels/.rels": TEAM["_rels/.rels"],
    "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{R}"><sheets><sheet name="New's" sheetId="1" state="hidden" r:id="rId1"/></sheets>
<definedNames><definedName name="Fresh">'New''s'!$A$2:$A$3</definedName><definedName name="_xlnm.Print_Titles" localSheetId="0">'New''s'!$1:$1</definedName><definedName name="Elsewhere">Data!$A$1</definedName></definedNames></workbook>""",
    "xl/_rels/workbook.xml.rels": _rels(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")),
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="1" uniqueCount="2"><si><t>not used</t></si><si><t>head</t></si></sst>',
    "xl/worksheets/sheet1.xml": f"""<worksheet xmlns="{MAIN}" xmlns:r="{R}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><cols><col min="1" max="1" width="30" style="1" customWidth="1"/></cols><sheetData>
<row r="1" s="2" customFormat="1"><c r="A1" s="2" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>0.5</v></c></row><row r="3"><c r="A3" s="1"/></row></sheetData>
<conditionalFormatting sqref="A2"><cfRule type="cellIs" dxfId="0" priority="1" operator="lessThan"><formula>1</formula></cfRule></conditionalFormatting><drawing r:id="rId2"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>""",
    "xl/worksheets/_rels/sheet1.xml.rels": _rels(("table", "../tables/table1.xml"), ("drawing", "../drawings/drawing1.xml")),
    "xl/tables/table1.xml": f'<table xmlns="{MAIN}" id="1" name="New" displayName="New" ref="A1:A3"><autoFilter ref="A1:A3"/><tableColumns count="1"><tableColumn id="1" name="head" dataDxfId="0"/></tableColumns></table>',
    "xl/styles.xml": f"""<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Arial"/></font><font><i/><sz val="9"/><name val="Arial"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>
<dxfs count="1"><dxf><fill><patternFill><bgColor rgb="FF00FF00"/></patternFill></fill></dxf></dxfs></styleSheet>""",
}  # fmt: skip
"""What kesu built: one sheet with a table, looks and names of its own."""


BLOCK: Final = {
    name: re.sub(r"\bA(?=[1-3]\b)", "J", text).replace("$A$", "$J$").replace('min="1" max="1"', 'min="10" max="10"')
    .replace("'New''s'!", "Data!").replace("New's", "Data") for name, text in MADE.items()
}  # fmt: skip
"""The same ten columns to the right, on a sheet called as the team's, to be put beside what that has."""


def packed(parts: dict[str, str], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in parts.items():
            container.writestr(name, text)
    return path
