"""The HEIC decoder works in a process of its own: what ends, fills or stalls it is a refusal and nothing more."""

import io
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.foundation import heif, heif_child
from app.foundation.image_kinds import AnimatedPhoto, DamagedPhoto, PhotoRefused, TooManyPixels
from app.foundation.images import prepare

HEIC = (Path(__file__).parent / "quadrants.heic").read_bytes()
LIMITED = "import sys; sys.path.insert(0, sys.argv[1]); import heif_child; heif_child.limit_self(1)\n"


def under_limits(code: str) -> subprocess.CompletedProcess[bytes]:
    folder = Path(heif_child.__file__).parent
    return subprocess.run([sys.executable, "-I", "-c", LIMITED + code, str(folder)], capture_output=True, check=False)


def test_the_picture_comes_back_scaled_with_what_the_file_says() -> None:
    found = heif.decoded(HEIC, 32)
    assert (found.width, found.height, found.image.size, found.image.mode) == (48, 64, (24, 32), "RGB")
    assert found.image.info["exif"].startswith(b"Exif")


def test_time_is_limited() -> None:
    assert under_limits("while True: pass").returncode == -signal.SIGXCPU


def test_memory_is_limited() -> None:
    done = under_limits(f"bytearray({heif_child.MEMORY_BYTES})")
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (1, b"MemoryError")


def test_it_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "left.txt"
    done = under_limits(f"open({str(path)!r}, 'w').write('x')")
    assert (done.returncode, path.exists()) == (1, False)


@pytest.mark.parametrize("what", ["open(f'/proc/{os.getppid()}/environ')", "os.pipe()", "open('/etc/hostname')"])
def test_it_opens_nothing(what: str) -> None:
    """Neither the settings of the process that started it, nor the database, nor a line to somewhere else."""
    done = under_limits(f"import os; {what}")
    assert done.returncode == 1
    assert b"[Errno 24]" in done.stderr


CHILDREN = {
    "ended by a signal": "import os; os.abort()",
    "said nothing": "pass",
    "sleeps": "import time; time.sleep(60)",
    "never stops talking": "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))",
    "showed more than was asked for": """import sys; print('{"width":4000,"height":9,"images":1,"alpha":false,'
        '"mode":"RGB","size":[4000,9],"exif":0,"profile":0}'); print("x" * 108000, end="")""",
    "showed it in another mode": """import sys; print('{"width":2,"height":2,"images":1,"alpha":false,'
        '"mode":"I;16","size":[2,2],"exif":0,"profile":0}'); print("x" * 8, end="")""",
    "said less than it promised": """print('{"width":9,"height":9,"images":1,"alpha":false,"mode":"RGB","size":[9,9],'
        '"exif":0,"profile":0}')""",
}


@pytest.mark.parametrize("code", CHILDREN.values(), ids=list(CHILDREN))
def test_whatever_becomes_of_it_the_photo_is_refused(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(code)
    monkeypatch.setattr(heif, "_CHILD", child)
    monkeypatch.setattr(heif, "SECONDS", 2.0)
    with pytest.raises(DamagedPhoto):
        prepare(io.BytesIO(HEIC))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('{"width":8000,"height":8000,"images":1,"alpha":false}', TooManyPixels),
        ('{"width":5000,"height":5000,"images":1,"alpha":true}', TooManyPixels),
        ('{"width":64,"height":48,"images":2,"alpha":false}', AnimatedPhoto),
    ],
)
def test_what_is_too_large_or_several_is_said(
    line: str, error: type[PhotoRefused], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(f"print({line!r})")
    monkeypatch.setattr(heif, "_CHILD", child)
    with pytest.raises(error):
        heif.decoded(HEIC, 100)


def test_one_that_never_stops_talking_is_not_listened_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time would not be over for long: it is stopped by what it said."""
    child = tmp_path / "child.py"
    child.write_text(CHILDREN["never stops talking"])
    monkeypatch.setattr(heif, "_CHILD", child)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    with pytest.raises(DamagedPhoto):
        heif.decoded(HEIC, 100)
    assert time.perf_counter() - began < heif.SECONDS / 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_an_exif_of_no_use_is_left_behind() -> None:
    most = heif_child.MOST_BESIDE
    assert [len(heif_child._beside(data)) for data in (None, bytes(most), bytes(most + 1))] == [0, most, 0]


def test_the_child_decodes_nothing_beyond_the_limit() -> None:
    out = io.BytesIO()
    heif_child.answer(HEIC, 48 * 64 - 1, 1, 100, out)
    assert out.getvalue() == b'{"width": 48, "height": 64, "images": 1, "alpha": false, "mode": ""}\n'


def test_it_sees_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child, seen = tmp_path / "child.py", tmp_path / "seen"
    child.write_text(
        f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(os.environ.get('SECRET_KEY', 'none'))"
    )
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(heif, "_CHILD", child)
    with pytest.raises(PhotoRefused):
        prepare(io.BytesIO(HEIC))
    assert seen.read_text() == "none"
