"""Whatever goes wrong with one register costs that register alone, with one line: in the child, between the two, after."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.jobs import assessment, books, figures, load, report
from kesu.jobs import refresh as refresh_job
from kesu.register.normalise import Found
from kesu.register.sheets import Register
from kesu.workbook.reading import child
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import Refused

AS_OF = "2026-10-12T10:00"
HEADER = "Complaint no.,Kind,Tier,Received at,Channel,Status\n"


def register(path: Path, *numbers: str) -> Path:
    rows = "".join(f"{number},Complaint,VIP,2026-10-05 09:00,Phone,New\n" for number in numbers)
    path.write_text(HEADER + rows)
    return path


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": None, "LANG": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(done: Result) -> list[str]:
    """The lines on standard error, but for those that a register has no Settings sheet."""
    return [line for line in done.stderr.splitlines() if "There is no sheet called" not in line]


# ---- the bomb: many rows that point at one long string -----------------------------------------------------------


def bomb(path: Path, rows: int) -> Path:
    """``rows`` cells of 32,767 characters each, all of them one shared string."""
    heads = ["Complaint no.", "Kind", "Tier", "Received at", "Channel"]
    strings = "".join(f"<si><t>{word}</t></si>" for word in (*heads, "x" * 32_767))
    head = "".join(f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABCDE"))
    body = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>5</v></c></row>' for row in range(2, rows + 2))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Register" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1">{head}</row>{body}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def test_rows_that_share_one_long_string_are_refused_and_the_others_counted(tmp_path: Path) -> None:
    paths = [
        register(tmp_path / "a.csv", "A"),
        bomb(tmp_path / "bomb.xlsx", 8300),
        register(tmp_path / "c.csv", "C"),
    ]
    done = run(
        "kpis", *paths, "--memory-limit-mb", "1024", "--by", "none", "--format", "json", "--as-of", AS_OF
    )
    assert done.exit_code == 3
    (line,) = told(done)
    assert line.startswith("bomb.xlsx: ")  # refused as too much, or out of memory while it is read
    assert "--memory-limit-mb" in line
    (number,) = (one["value"] for one in json.loads(done.stdout) if one["kpi"] == "complaints")
    assert number == 2


# ---- an answer is complete before it is begun --------------------------------------------------------------------


def batch(*cells: str) -> Any:
    return pa.record_batch([pa.array(cells, pa.string())], names=["0"])


def test_no_second_answer_follows_one_that_was_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pa.ipc.new_stream
    calls: list[object] = []

    def breaks_at_the_second(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError
        return packed(*given)

    monkeypatch.setattr(child, "by_csv", lambda *_: [("one", batch("a")), ("two", batch("b"))])
    monkeypatch.setattr(pa.ipc, "new_stream", breaks_at_the_second)
    path = register(tmp_path / "a.csv", "A")
    request = {"path": str(path), "all": False, "password": None, "encoding": None}
    (line,) = child._answered(path, request, 1 << 30)
    assert "--memory-limit-mb" in json.loads(line)["refused"][1]


def test_an_answer_says_how_long_its_parts_are() -> None:
    line, *parts = child._packed("a.xlsx", [("one", batch("a")), ("two", batch("b" * 9999))], {}, 1 << 20)
    assert json.loads(line)["sizes"] == [len(part) for part in parts]


def test_more_than_the_parent_takes_over_is_refused_before_it_is_packed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(Refused) as caught:
        child._packed("a.xlsx", [("one", batch("x" * (1 << 21)))], {}, 1 << 20)
    assert "its cells come to 2 MB, over the limit of 1 MB" in caught.value.text.en
    monkeypatch.setattr(child, "LONGEST_LINE", 1 << 10)
    many = [[row, 1] for row in range(500)]
    with pytest.raises(Refused):
        child._packed("a.xlsx", [], {"dates": {"one": many}}, 1 << 20)


LIES = {
    "a length": """print('{"sheets": ["a"], "sizes": [1152921504606846976]}', flush=True); input()""",
    "a short answer": """print('{"sheets": ["a"], "sizes": [1000]}', flush=True); print("x", flush=True)""",
    "no arrow": """print('{"sheets": ["a"], "sizes": [8], "dates": {}, "uncached": {}}\\nabcdefgh', flush=True); input()""",
    "no sizes": """print('{"sheets": ["a"]}', flush=True); input()""",
    "other JSON": """print('[1, 2]', flush=True); input()""",
    "an endless line": """import sys\nwhile True: sys.stdout.write("x" * 65536)""",
    "deep JSON": """print("[" * 100000, flush=True); input()""",
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_stream_announces_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    def lying(_: Reader) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-S", "-c", LIES[lie]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL)  # fmt: skip

    monkeypatch.setattr(Reader, "_start", lying)
    with Reader(seconds=60) as reader, pytest.raises(ReadError) as caught:
        reader.read(register(tmp_path / "a.csv", "A"))
    assert caught.value.text.en.startswith("a.csv: the reader broke down")


def test_files_are_read_side_by_side_and_a_reader_that_dies_costs_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "FILES_A_READER", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    receive, taken = Reader._receive, []

    def dying(self: Reader, path: Path) -> Any:
        taken.append((path.name, id(self)))
        if path.name == "d.csv":
            self._pipe("stdout").close()
        return receive(self, path)

    monkeypatch.setattr(Reader, "_receive", dying)
    paths = [register(tmp_path / f"{name}.csv", name) for name in "abcdef"]
    paths[2].write_bytes(b"PK no workbook")
    done = run("followups", *paths, "--format", "json", "--as-of", AS_OF)
    assert done.exit_code == 3
    assert [line.partition(":")[0] for line in told(done)] == ["c.csv", "d.csv"]
    assert {one["register"] for one in json.loads(done.stdout)} == {"a.csv", "b.csv", "e.csv", "f.csv"}
    assert [name for name, _ in taken] == [path.name for path in paths]
    assert len({reader for _, reader in taken}) == 3


# ---- the parent's own steps --------------------------------------------------------------------------------------

STEPS: dict[str, tuple[str, ...]] = {
    "check": ("found_in", "typed", "compute_deadlines", "run_checks"),
    "deadlines": ("compute_deadlines",),
    "followups": ("follow_ups",),
    "kpis": ("facts_of",),
    "report": ("facts_of", "run_checks", "follow_ups"),
}
ERRORS = (
    MemoryError(),
    pa.lib.ArrowMemoryError("malloc of size 64 failed"),
    RecursionError("deep"),
    KeyError("x"),
)


def names(value: object) -> Iterator[str]:
    """Names of all registers in the arguments of a step."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from names(one)
    elif isinstance(value, Register):
        yield from value.names
    elif isinstance(value, Found):
        yield value.name


def breaking(step: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    def broken(*given: Any, **more: Any) -> Any:
        if "bad.csv" in names(given):
            raise error
        return step(*given, **more)

    return broken


@pytest.mark.parametrize(
    ("command", "step", "error"),
    [(command, step, ERRORS[at % len(ERRORS)]) for at, (command, step) in
     enumerate((command, step) for command, steps in STEPS.items() for step in steps)],
)  # fmt: skip
def test_a_step_that_breaks_down_costs_one_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, step: str, error: Exception
) -> None:
    paths = [
        register(tmp_path / "a.csv", "A1"),
        register(tmp_path / "bad.csv", "B1"),
        register(tmp_path / "c.csv", "C1"),
    ]
    callers = [one for one in (assessment, books, load, report) if step in vars(one)]
    for caller in callers:
        monkeypatch.setattr(caller, step, breaking(vars(caller)[step], error))
    assert callers
    out = tmp_path / "out.html"
    more = ["-o", out] if command == "report" else ["--format", "json"]
    done = run(command, *paths, *more, "--as-of", AS_OF)
    assert done.exit_code == 3, done.stderr
    (line,) = (line for line in told(done) if "bad.csv" in line)
    assert line.startswith(f"bad.csv: work on it broke down ({type(error).__name__}")
    if command == "report":
        page = out.read_text(encoding="utf-8")
        assert "a.csv" in page
        assert "c.csv" in page
    elif command == "kpis":
        assert next(one["value"] for one in json.loads(done.stdout) if one["kpi"] == "complaints") == 2
    else:
        assert {one["register"] for one in json.loads(done.stdout)} == {"a.csv", "c.csv"}


def test_a_register_alone_that_breaks_down_is_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessment, "run_checks", breaking(vars(assessment)["run_checks"], MemoryError()))
    done = run("check", register(tmp_path / "bad.csv", "B1"), "--as-of", AS_OF)
    assert (done.exit_code, done.stdout) == (3, "")
    assert len(told(done)) == 1


def test_registers_that_fail_together_only_are_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = vars(figures)["together"]

    def too_many(parts: Any, names: Any) -> Any:
        if len(parts) > 1:
            raise MemoryError
        return together(parts, names)

    monkeypatch.setattr(figures, "together", too_many)
    done = run("kpis", register(tmp_path / "a.csv", "A"), register(tmp_path / "b.csv", "B"), "--as-of", AS_OF)
    assert done.exit_code == 3
    assert [line.partition(":")[0] for line in told(done)] == ["a.csv", "b.csv"]


def test_refresh_goes_on_with_the_next_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / "a.xlsx", tmp_path / "bad.xlsx", tmp_path / "c.xlsx"]
    assert run("new", paths[0], "--lang", "en").exit_code == 0
    for path in paths[1:]:
        path.write_bytes(paths[0].read_bytes())
    owned = vars(refresh_job)["owned_tables"]

    def broken(case: Any, *more: Any) -> Any:
        if case.register.name == "bad.xlsx":
            raise MemoryError
        return owned(case, *more)

    monkeypatch.setattr(refresh_job, "owned_tables", broken)
    done = run("refresh", *paths, "--as-of", AS_OF, "--no-backup")
    assert done.exit_code == 3
    assert "bad.xlsx: work on it broke down (MemoryError" in done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["a.xlsx", "c.xlsx"]


# ---- closed streams ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["2>&-", "0<&- 2>&-"])
def test_a_closed_stream_gets_nothing_of_the_answers(tmp_path: Path, closed: str) -> None:
    path = register(tmp_path / "a.csv", "A1")
    words = [sys.executable, "-m", "kesu.cli", "deadlines", str(path), "--format", "json", "--as-of", AS_OF]
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join(words)} {closed}"], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0
    assert {one["complaint_id"] for one in json.loads(done.stdout)} == {"A1"}


# ---- document types ----------------------------------------------------------------------------------------------

DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
BEFORE = {
    "nothing": "",
    "a declaration": '<?xml version="1.0"?>\n',
    "a long comment": f"<!--{'x' * 70_000}-->",
    "many comments": '<?xml version="1.0"?>' + "<!-- > -- -->\r\n" * 9_000,
    "an instruction": f"<?x {'<!--' * 30_000}?>",
    "white space": " \n" * 60_000,
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = bomb(tmp_path_factory.mktemp("parts") / "a.xlsx", 2)
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def refused(parts: dict[str, bytes]) -> str:
    from kesu.workbook.reading.inspect import inspect

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    try:
        inspect("a.xlsx", out, 1 << 30)
    except Refused as error:
        return error.text.en
    return ""


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "_rels/.rels"]
)
def test_a_document_type_is_refused_in_every_part_after_whatever_stands_before_it(
    parts: dict[str, bytes], before: str, part: str
) -> None:
    spoilt = BEFORE[before].encode() + DTD.encode() + parts[part]
    assert f"{part.lower()}: it declares a document type" in refused({**parts, part: spoilt})
    assert refused({**parts, part: BEFORE[before].encode() + parts[part]}) == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_nor_is_it_hidden_by_an_encoding(parts: dict[str, bytes], encoding: str) -> None:
    spoilt = (BEFORE["a long comment"] + DTD + "<worksheet/>").encode(encoding)
    assert "document type" in refused({**parts, "xl/worksheets/sheet1.xml": spoilt})


def test_the_words_in_a_cell_are_no_document_type(parts: dict[str, bytes]) -> None:
    cell = parts["xl/sharedStrings.xml"].replace(
        b"Kind", b"&lt;!DOCTYPE <!-- <!DOCTYPE --> <![CDATA[<!DOCTYPE a>]]>"
    )
    assert refused({**parts, "xl/sharedStrings.xml": cell}) == ""
