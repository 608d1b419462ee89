"""
A program of its own, which decodes somebody's recording and writes it anew; nothing else.

`voice.py` starts it without environment and arguments: the recording comes on standard input, the
new one leaves on standard output. Decoders of sound are large and written in C; what a hostile file
may do to one, it does here, with little memory, a few seconds and no files to write. Exit status 3:
not a recording; 4: too long.
"""

import io
import resource
import sys
from typing import Any

MAX_SECONDS = 180
RATE = 24_000
NOT_SOUND, TOO_LONG = 3, 4
# What telephones and browsers record into. Playlists and whatever else refers elsewhere is not here.
CONTAINERS = "matroska,webm,ogg,mov,mp4,m4a,3gp,mp3,wav,amr,aac,flac,caf"


def main() -> int:
    """Standard input to standard output; the exit status says what was wrong."""
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    import av  # after the limits, and only in this process

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    av.logging.set_level(None)
    written = io.BytesIO()
    try:
        seconds = _write_anew(av, content, written)
    except (av.FFmpegError, ValueError, IndexError, MemoryError, EOFError):
        return NOT_SOUND
    if seconds > MAX_SECONDS:
        return TOO_LONG
    if seconds < 0.3:
        return NOT_SOUND
    sys.stdout.buffer.write(written.getvalue())
    return 0


def _write_anew(av: Any, content: bytes, written: io.BytesIO) -> float:
    """Decode the first track of sound and encode it as AAC in MP4; how many seconds it holds."""
    samples: int = 0
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "pipe"}
    with (
        av.open(io.BytesIO(content), options=options, metadata_errors="ignore") as source,
        av.open(written, "w", format="mp4") as target,
    ):
        track = source.streams.audio[0]
        if source.streams.video:
            raise ValueError("a film")
        voice = target.add_stream("aac", rate=RATE, layout="mono")
        voice.bit_rate = 32_000
        change = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        for frame in source.decode(track):
            frame.pts = None
            for piece in change.resample(frame):
                samples += int(piece.samples)
                if samples > MAX_SECONDS * RATE:
                    return samples / RATE + 1
                target.mux(voice.encode(piece))
        for piece in change.resample(None):
            samples += int(piece.samples)
            target.mux(voice.encode(piece))
        target.mux(voice.encode(None))
    return samples / RATE


if __name__ == "__main__":
    sys.exit(main())
