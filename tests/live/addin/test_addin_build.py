"""The built add-in is what Excel wants, says what it does, and takes nothing from a received workbook."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
import xlwings as xw

from kesu.live.addin import AddinError, assets, build, vba
from kesu.words.text import LANGS, Lang

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
MACROS = {
    "check",
    "deadlines",
    "kpis",
    "followups",
    "refresh",
    "new_complaint",
    "explain",
    "call_back",
    "close_complaint",
    "reopen_complaint",
    "import_table",
    "report",
}
# What the ribbon's schema (Office 2010, customUI 2009/07) lets each element carry, of what is used here.
CHILDREN = {
    "customUI": {"ribbon"},
    "ribbon": {"tabs"},
    "tabs": {"tab"},
    "tab": {"group"},
    "group": {"button"},
    "button": set(),
}
ATTRIBUTES = {
    "customUI": set(),
    "ribbon": set(),
    "tabs": set(),
    "tab": {"id", "label", "keytip", "insertAfterMso"},
    "group": {"id", "label"},
    "button": {"id", "label", "size", "imageMso", "keytip", "onAction", "screentip", "supertip"},
}


@pytest.fixture(scope="module", params=LANGS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lang: Lang = request.param
    path = tmp_path_factory.mktemp(lang) / "Kesu.xlam"
    path.write_bytes(build(lang))
    return path


@pytest.fixture(scope="module")
def sources(built: Path) -> dict[str, str]:
    """The modules as an independent reader finds them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oletools uses old names of its own parser's
        from oletools.olevba import VBA_Parser  # type: ignore[import-untyped,unused-ignore]

        parser = VBA_Parser(str(built))
        found = {Path(name).stem: code for _, _, name, code in parser.extract_macros()}
        parser.close()
    return found


def ribbon(addin: Path) -> ET.Element:
    with ZipFile(addin) as package:
        return ET.fromstring(package.read("customUI/customUI14.xml"))  # noqa: S314 - our own file


def test_building_twice_gives_the_same_bytes(built: Path) -> None:
    lang: Lang = "zh" if "客诉" in ET.tostring(ribbon(built), "unicode") else "en"
    assert build(lang) == built.read_bytes()


def test_the_validator_expects_excel_to_open_it_cleanly(built: Path) -> None:
    tool = Path(sys.executable).with_name("openxml-audit")
    done = subprocess.run(
        [str(tool), "-f", "office2016", str(built)], capture_output=True, text=True, check=False
    )
    assert "expected to open cleanly (no findings)" in done.stdout
    assert done.returncode == 0


def test_the_package_is_an_addin_with_a_ribbon_and_a_project(built: Path) -> None:
    with ZipFile(built) as package:
        assert package.testzip() is None
        types = package.read("[Content_Types].xml").decode()
        relations = ET.fromstring(package.read("_rels/.rels"))  # noqa: S314
        names = set(package.namelist())
    assert (
        'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"'
        in types
    )
    targets = {relation.get("Type", "").rpartition("/")[2]: relation.get("Target") for relation in relations}
    assert targets["extensibility"] == "customUI/customUI14.xml"
    assert {str(target) for target in targets.values()} | {"xl/vbaProject.bin"} <= names
    assert len({relation.get("Id") for relation in relations}) == len(relations)


def test_the_ribbon_keeps_to_its_schema(built: Path) -> None:
    root = ribbon(built)
    assert root.tag == f"{UI}customUI"
    for element in root.iter():
        name = element.tag.removeprefix(UI)
        assert set(element.keys()) <= ATTRIBUTES[name], name
        assert {child.tag.removeprefix(UI) for child in element} <= CHILDREN[name], name
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    keytips = [button.get("keytip", "") for button in root.iter(f"{UI}button")]
    assert len(keytips) == len(set(keytips))
    assert all(re.fullmatch(r"[A-Z0-9]{1,3}", keytip) for keytip in keytips)
    for button in root.iter(f"{UI}button"):
        assert button.get("size") in {"normal", "large"}
        for told in ("label", "screentip", "supertip"):
            assert 0 < len(button.get(told, "")) <= 1024


def test_both_languages_have_the_same_buttons() -> None:
    shapes = []
    for lang in LANGS:
        root = ET.fromstring(assets.ours(f"ribbon/customUI14-{lang}.xml"))  # noqa: S314
        spoken = {"label", "screentip", "supertip"}
        shapes.append([(e.tag, {k: v for k, v in e.items() if k not in spoken}) for e in root.iter()])
        chinese = [
            e.get(told)
            for e in root.iter()
            for told in spoken
            if re.search(r"[\u4e00-\u9fff]", e.get(told, ""))
        ]
        assert bool(chinese) is (lang == "zh")
    assert shapes[0] == shapes[1]


def test_every_button_calls_a_sub_and_every_sub_runs_one_macro(built: Path, sources: dict[str, str]) -> None:
    called = [button.get("onAction") for button in ribbon(built).iter(f"{UI}button")]
    subs = dict(
        re.findall(
            r'Public Sub (\w+)\(control As IRibbonControl\)\r?\n.*?RunPython "([^"]+)"\r?\nEnd Sub',
            sources["Callbacks"],
        )
    )
    assert sorted(str(name) for name in called) == sorted(subs)
    assert {re.findall(r"macros\.run\('(\w+)'\)", command)[0] for command in subs.values()} == MACROS
    for command in subs.values():
        imported, call = ast.parse(command).body
        assert isinstance(imported, ast.ImportFrom)
        assert (imported.module, [name.name for name in imported.names]) == ("kesu.live", ["macros"])
        assert isinstance(call, ast.Expr)
    assert "Option Explicit" in sources["Callbacks"]


@pytest.mark.skipif(
    importlib.util.find_spec("kesu.live.macros") is None, reason="no macros in this installation"
)
def test_every_macro_that_a_button_names_exists() -> None:
    macros = importlib.import_module("kesu.live.macros")
    assert callable(macros.run)
    missing = {name for name in MACROS if not callable(getattr(macros, name, None))}
    assert missing == set()


def test_an_independent_reader_finds_the_sources_unharmed(sources: dict[str, str]) -> None:
    assert set(sources) == {"ThisWorkbook", "Sheet1", "xlwings", "Dictionary", "Callbacks"}
    assert _lines(sources["Callbacks"]) == _lines(assets.ours("vba/Callbacks.bas"))
    theirs = _lines((Path(xw.__file__).parent / "xlwings_custom_addin.bas").read_text(encoding="utf-8"))
    changed = [line for line in _lines(sources["xlwings"]) if line not in theirs]
    # the project's name, the source of settings, twice the path; three lines on a Python that is not named, twice an
    # error in its place, no server, Windows' own shell
    assert len(changed) == 4 + 2 + 2 + 1 + 1
    assert len(theirs) - len(_lines(sources["xlwings"])) == 1  # code inside workbooks is not looked for
    body = assets.xlwings_text("addin/Dictionary.cls").partition("''\n")[2]
    assert _lines(sources["Dictionary"])[-50:] == _lines(body)[-50:]


def test_a_received_workbook_chooses_neither_interpreter_nor_path(sources: dict[str, str]) -> None:
    runner = sources["xlwings"]
    assert 'PROJECT_NAME As String = "kesu"' in runner
    # every setting is asked for without a source, so that the default decides, and that is the user's own file
    asked = re.findall(r"GetConfig\(([^()]*(?:\([^()]*\))?[^()]*)\)", runner)
    asked = [arguments for arguments in asked if "As String" not in arguments]
    assert len(asked) > 15
    assert all(arguments.count(",") <= 1 for arguments in asked)
    declared = re.findall(r"Function GetConfig\((.*)\) As Variant", runner)
    assert declared == [
        'configKey As String, Optional default As String = "", Optional source As String = "user"'
    ]
    run_python = runner.partition("Public Function RunPython")[2].partition("End Function")[0]
    assert len(re.findall(r'PYTHONPATH = "false;;" & ', run_python)) == 2
    assert "uses_embedded_code = True" not in run_python.replace("If uses_embedded_code = True", "")


def test_without_the_user_s_own_file_no_program_is_looked_for_in_the_current_folder(
    sources: dict[str, str],
) -> None:
    runner = sources["xlwings"]
    assert not re.findall(r'GetConfig\([^()]*"python', runner)  # no bare name stands in for a missing setting
    run_python = runner.partition("Public Function RunPython")[2].partition("End Function")[0]
    asked, _, rest = run_python.partition("    If Not (interpreter Like ")
    assert '"[A-Za-z]:\\*" Or interpreter Like "\\\\*" Or interpreter Like "/*") Then' in rest.splitlines()[0]
    assert "Exit Function" in rest.splitlines()[2]  # before anything is started
    assert "Execute" not in asked
    assert "OPTIMIZED_CONNECTION = False" in run_python
    started = re.findall(r"WScript\.Run\((.*?)/C", runner)
    assert started == ['Environ("SystemRoot") & "\\System32\\cmd.exe ']
    said = "".join(
        chr(int(code, 16)) for code in re.findall(r"ChrW\(&H([0-9A-F]{4})\)", rest.splitlines()[1])
    )
    assert said.startswith("不知道用哪个")
    assert rest.splitlines()[1].isascii()


def test_another_xlwings_is_refused_rather_than_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    original = assets.xlwings_text
    monkeypatch.setattr(
        vba, "xlwings_text", lambda name: original(name).replace('source As String = "")', 'src = "")')
    )
    with pytest.raises(AddinError, match=r"cannot be made safe") as caught:
        build()
    assert "安全" in caught.value.text.zh


def test_a_missing_source_is_named() -> None:
    with pytest.raises(AddinError, match=r"ribbon/customUI14-fr\.xml"):
        assets.ours("ribbon/customUI14-fr.xml")


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
