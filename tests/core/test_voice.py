"""A recording is decoded and written anew; what is none, or a film, or endless, is refused."""

import io
import math
import struct
import wave

import pytest

from wasl.core import uploads, voice

av = pytest.importorskip("av")


def tone(seconds: float) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        samples = [int(9000 * math.sin(n / 8)) for n in range(8000)]
        second = b"".join(struct.pack("<h", each) for each in samples)
        file.writeframes(second * int(seconds) + second[: int(len(second) * (seconds % 1))])
    return made.getvalue()


def recorded(container: str, codec: str, **metadata: str) -> bytes:
    """As a browser (WebM, Ogg) or a telephone (MP4) records it, with what it says about itself."""
    made = io.BytesIO()
    with (
        av.open(io.BytesIO(tone(1))) as source,
        av.open(made, "w", format=container) as target,
    ):
        target.metadata.update(metadata)
        track = target.add_stream(codec, rate=48_000, layout="mono")
        change = av.AudioResampler(format=track.format.name, layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for piece in change.resample(frame):
                target.mux(track.encode(piece))
        target.mux(track.encode(None))
    return made.getvalue()


def film() -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as target:
        track = target.add_stream("mpeg4", rate=10)
        track.width = track.height = 32
        track.pix_fmt = "yuv420p"
        for number in range(10):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts = number
            target.mux(track.encode(frame))
        target.mux(track.encode(None))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        tone(1.5),
        recorded("webm", "libopus"),
        recorded("ogg", "libopus"),
        recorded("mp4", "aac"),
    ],
    ids=["wav", "webm", "ogg", "mp4"],
)
def test_what_telephones_and_browsers_record_can_be_played_anywhere(content: bytes) -> None:
    clean = voice.accept(io.BytesIO(content))

    assert clean.content_type == "audio/mp4"
    with av.open(io.BytesIO(clean.content)) as heard:
        assert [track.codec_context.name for track in heard.streams] == ["aac"]
        assert 0.9 < heard.duration / 1e6 < 1.8


def test_nothing_but_the_sound_is_kept() -> None:
    content = recorded("mp4", "aac", title="33.3152, 44.3661", artist="Zainab")
    assert b"Zainab" in content

    clean = voice.accept(io.BytesIO(content)).content

    assert b"Zainab" not in clean
    assert b"44.3661" not in clean


@pytest.mark.parametrize(
    "content",
    [
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"<html>not sound</html>" * 50,
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        recorded("webm", "libopus")[:300],
        film(),
        tone(0.1),
    ],
    ids=["head", "page", "playlist", "concat", "cut", "film", "too-short"],
)
def test_what_is_no_recording_is_refused(content: bytes) -> None:
    with pytest.raises(voice.FileIsNoRecording):
        voice.accept(io.BytesIO(content))


def test_nothing_too_long_and_too_large_are_told_apart() -> None:
    with pytest.raises(uploads.FileIsEmpty):
        voice.accept(io.BytesIO(b""))
    with pytest.raises(voice.RecordingIsTooLong):
        voice.accept(io.BytesIO(tone(200)))
    with pytest.raises(uploads.FileIsTooLarge):
        voice.accept(io.BytesIO(b"\0" * (voice.MAX_BYTES + 1)))
