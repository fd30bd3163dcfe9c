"""Voice and short videos: read packet by packet, rebuilt without metadata, measured as played.

Voice is encoded anew (AAC, which every browser plays). Pictures of a video are too dear for that:
their packets go into a new file, and the key frames are decoded to see that they can be.
"""

import io
from collections.abc import Iterator
from typing import Any

import av
from av.bitstream import BitStreamFilterContext
from av.error import FFmpegError
from av.stream import Disposition

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing.images import thumbnail
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import MAX_SECONDS, Refused

MAX_VIDEO_PIXELS = 9_000_000  # 4K
_TOLERANCE_SECONDS = 0.5  # a recorder that stops at the limit runs on for a moment
_VOICE_RATE, _VOICE_BITS = 44_100, 64_000
_DEMUXERS = {Kind.MP4: "mp4", Kind.WEBM: "webm"}  # the others are called what the kind is called
_SOUNDS = {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "amrnb", "amrwb", "flac"}
_CONTAINERS = {  # what browsers play
    "mp4": ({"h264", "hevc", "vp9", "av1"}, {"aac", "mp3", "opus"}),
    "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}
# Messages of the encoder or camera inside the pictures' own bytes (SEI).
_WITHOUT_MESSAGES = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39-40",
}
# No mark of the program; beginning at zero.
_OUTPUT = {"fflags": "bitexact", "avoid_negative_ts": "make_zero"}

av.logging.set_level(None)


def clean(data: bytes, kind: Kind) -> Cleaned:
    """A recording with pictures becomes a video, one without a voice message."""
    demuxer = _DEMUXERS.get(kind, kind.value)
    with av.open(io.BytesIO(data), format=demuxer, metadata_errors="ignore") as source:
        cover = Disposition.attached_pic
        videos = [s for s in source.streams.video if not s.disposition & cover]
        sounds = list(source.streams.audio)
        if videos:
            return _clean_video(source, kind, videos[0], sounds[0] if sounds else None)
        if sounds:
            return _clean_voice(source, sounds[0])
    raise Refused(Refusal.NOTHING_TO_PLAY)


def _clean_voice(source: Any, sound: Any) -> Cleaned:
    name = sound.codec_context.name
    if name not in _SOUNDS and not name.startswith("pcm_"):
        raise Refused(Refusal.CODEC, codec=name)
    target = io.BytesIO()
    with av.open(target, "w", format="ipod", options=_OUTPUT) as output:
        encoder = output.add_stream("aac", rate=_VOICE_RATE, layout="mono", bit_rate=_VOICE_BITS)
        encoder.codec_context.flags |= av.codec.context.Flags.bitexact
        encoder.codec_context.open()
        resampler = av.AudioResampler("fltp", "mono", _VOICE_RATE, encoder.frame_size)
        seconds = 0.0
        for frame in _decoded(source, sound):
            if frame:
                seconds += frame.samples / frame.sample_rate
                _check_length(seconds)
            for piece in resampler.resample(frame):
                piece.pts = None
                output.mux(encoder.encode(piece))
        output.mux(encoder.encode(None))
    if seconds == 0:
        raise Refused(Refusal.DAMAGED)
    return Cleaned("m4a", target.getvalue(), seconds=round(seconds, 2))


def _decoded(source: Any, sound: Any) -> Iterator[Any]:
    """The frames of a stream and at the end None; a recording may have a few bad packets."""
    good = bad = 0
    for packet in source.demux(sound):
        try:
            frames = packet.decode()
        except FFmpegError:
            bad += 1
            continue
        good += 1
        for frame in frames:
            frame.pts = None
            yield frame
    if bad > good:
        raise Refused(Refusal.DAMAGED)
    yield None


def _clean_video(source: Any, kind: Kind, video: Any, sound: Any) -> Cleaned:
    _check_picture(video.width, video.height)
    form = _container(kind, video.codec_context.name, sound.codec_context.name if sound else None)
    target, length, looker = io.BytesIO(), _Length(), _Looker(video)
    with av.open(target, "w", format=form, options=_OUTPUT) as output:
        streams = [stream for stream in (video, sound) if stream]
        tracks = {stream.index: _Track(output, stream) for stream in streams}
        for packet in source.demux(*streams):
            if packet.stream is video:
                looker.see(packet)
            if packet.size and packet.dts is not None:
                length.add(packet)
                tracks[packet.stream.index].mux(packet)
        for track in tracks.values():
            track.finish()
    picture = looker.first_picture()
    return Cleaned(
        form,
        target.getvalue(),
        picture.width,
        picture.height,
        seconds=round(length.seconds, 2),
        thumbnail=thumbnail(picture),
    )


class _Track:
    """A stream copied into the new file."""

    def __init__(self, output: Any, stream: Any) -> None:
        self._output, self._copy = output, output.add_stream_from_template(stream)
        self._copy.metadata.clear()
        removal = _WITHOUT_MESSAGES.get(stream.codec_context.name)
        self._filter = BitStreamFilterContext(removal, stream, self._copy) if removal else None

    def mux(self, packet: Any) -> None:
        for kept in self._filter.filter(packet) if self._filter else [packet]:
            kept.stream = self._copy
            self._output.mux(kept)

    def finish(self) -> None:
        if self._filter:
            for kept in self._filter.filter(None):
                kept.stream = self._copy
                self._output.mux(kept)


class _Length:
    """How long the packets play, whatever the header says."""

    def __init__(self) -> None:
        self._start, self._end = float("inf"), float("-inf")

    def add(self, packet: Any) -> None:
        begins = packet.pts if packet.pts is not None else packet.dts
        self._start = min(self._start, float(begins * packet.time_base))
        self._end = max(self._end, float((begins + (packet.duration or 0)) * packet.time_base))
        _check_length(self.seconds)

    @property
    def seconds(self) -> float:
        return max(self._end - self._start, 0.0)


class _Looker:
    """Decodes the key frames and keeps the first one, upright."""

    def __init__(self, video: Any) -> None:
        self._first: Any = None
        video.codec_context.skip_frame = "NONKEY"

    def see(self, packet: Any) -> None:
        if packet.size and not packet.is_keyframe:
            return
        for frame in packet.decode():
            _check_picture(frame.width, frame.height)
            if self._first is None:
                self._first = frame.to_image().rotate(frame.rotation, expand=True)

    def first_picture(self) -> Any:
        if self._first is None:
            raise Refused(Refusal.DAMAGED)
        return self._first


def _container(kind: Kind, video: str, sound: str | None) -> str:
    """MP4 or WebM, the one it came in if possible; Refused if browsers would not play it."""
    names = {"mp3float": "mp3", "libopus": "opus", "libdav1d": "av1", "libvpx-vp9": "vp9"}
    video, sound = names.get(video, video), names.get(sound or "", sound)
    for form in sorted(_CONTAINERS, key=lambda form: form != kind.value):
        videos, sounds = _CONTAINERS[form]
        if video in videos and (sound is None or sound in sounds):
            return form
    raise Refused(Refusal.CODEC, codec="/".join(filter(None, (video, sound))))


def _check_picture(width: int, height: int) -> None:
    if width * height > MAX_VIDEO_PIXELS:
        raise Refused(Refusal.TOO_MANY_PIXELS, limit_megapixels=MAX_VIDEO_PIXELS // 1_000_000)


def _check_length(seconds: float) -> None:
    if seconds > MAX_SECONDS + _TOLERANCE_SECONDS:
        raise Refused(Refusal.TOO_LONG)
