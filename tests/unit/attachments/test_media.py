import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing import media, worker
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import Refused

SECRET = "SECRET+25.55+102.45"
SIZE = (96, 64)


def voice(container="wav", codec="pcm_s16le", rate=8_000, seconds=1.0, tone=440):
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        output.metadata["title"] = SECRET
        stream = output.add_stream(codec, rate=rate, layout="mono")
        count = stream.codec_context.frame_size or 320
        for begin in range(0, int(seconds * rate), count):
            wave = np.sin(np.arange(begin, begin + count) / rate * 2 * np.pi * tone) * 12_000
            frame = av.AudioFrame.from_ndarray(
                wave.astype(np.int16).reshape(1, -1), format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = rate, begin
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def video(container="mp4", codec="libx264", sound="aac", seconds=1, size=SIZE, fps=10, rotation=0):
    """Green, with a red top left quarter."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[:, :, 1] = 200
    pixels[: size[1] // 2, : size[0] // 2] = (220, 0, 0)
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        output.metadata["title"] = output.metadata["location"] = SECRET
        stream = output.add_stream(codec, rate=fps, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.metadata["handler_name"] = SECRET
        if rotation:
            stream.set_display_rotation(rotation)
        tone = output.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for i in range(seconds * fps):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = i
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if tone:
            mux_silence(output, tone, seconds)
    return target.getvalue()


def mux_silence(output, tone, seconds):
    count = tone.codec_context.frame_size
    for begin in range(0, seconds * 48_000, count):
        silence = np.zeros((1, count), np.int16)
        frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, begin
        output.mux(tone.encode(frame))
    output.mux(tone.encode(None))


def refusal(data, kind):
    outcome = worker.clean(data, kind)
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def loudest_tone(data):
    with av.open(io.BytesIO(data)) as source:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in source.decode(audio=0)])
        rate = source.streams.audio[0].rate
    spectrum = np.abs(np.fft.rfft(samples))
    return np.argmax(spectrum) * rate / len(samples)


@pytest.mark.parametrize(
    ("container", "codec", "rate", "kind"),
    [
        ("wav", "pcm_s16le", 8_000, Kind.WAV),
        ("ipod", "aac", 44_100, Kind.MP4),
        ("adts", "aac", 16_000, Kind.AAC),
        ("mp3", "libmp3lame", 16_000, Kind.MP3),
        ("ogg", "libopus", 48_000, Kind.OGG),
        ("webm", "libopus", 48_000, Kind.WEBM),
        ("amr", "libopencore_amrnb", 8_000, Kind.AMR),
        ("3gp", "libopencore_amrnb", 8_000, Kind.MP4),
    ],
)
def test_a_voice_message_of_any_accepted_format_becomes_m4a(container, codec, rate, kind):
    data = voice(container, codec, rate)
    cleaned = media.clean(data, kind)
    assert cleaned.form == "m4a"
    assert cleaned.seconds == pytest.approx(1.0, abs=0.1)
    assert abs(loudest_tone(cleaned.data) - 440) < 5
    assert SECRET.encode() not in cleaned.data


@pytest.mark.parametrize(
    ("container", "codec", "sound", "form"),
    [
        ("mp4", "libx264", "aac", "mp4"),
        ("mov", "libx264", "aac", "mp4"),
        ("mp4", "libx265", None, "mp4"),
        ("webm", "libvpx-vp9", "libopus", "webm"),
        ("webm", "libvpx-vp9", None, "webm"),
    ],
)
def test_a_video_keeps_pictures_and_sound_and_loses_metadata(container, codec, sound, form):
    data = video(container, codec, sound)
    assert SECRET.encode() in data
    kind = Kind.WEBM if container == "webm" else Kind.MP4
    cleaned = media.clean(data, kind)
    assert (cleaned.form, cleaned.width, cleaned.height) == (form, *SIZE)
    assert cleaned.seconds == pytest.approx(1.0, abs=0.15)
    assert SECRET.encode() not in cleaned.data
    with av.open(io.BytesIO(cleaned.data)) as again:
        assert len(list(again.decode(video=0))) == 10
        assert len(again.streams.audio) == (sound is not None)
        assert not {"title", "location", "creation_time"} & set(again.metadata)


def test_messages_of_the_encoder_inside_the_pictures_are_gone():
    data = video()
    assert b"x264 - core" in data
    assert b"x264 - core" not in media.clean(data, Kind.MP4).data


@pytest.mark.parametrize(("rotation", "red_at"), [(90, (0, 1)), (-90, (1, 0)), (180, (1, 1))])
def test_a_video_held_upright_stays_upright_and_so_does_its_thumbnail(rotation, red_at):
    cleaned = media.clean(video(rotation=rotation), Kind.MP4)
    turned = (64, 96) if rotation != 180 else (96, 64)
    assert (cleaned.width, cleaned.height) == turned
    with av.open(io.BytesIO(cleaned.data)) as again:
        assert abs(next(again.decode(video=0)).rotation) == abs(rotation)
    thumbnail = Image.open(io.BytesIO(cleaned.thumbnail))
    assert thumbnail.size == turned
    spot = [turned[axis] // 4 + red_at[axis] * turned[axis] // 2 for axis in (0, 1)]
    red, green, _ = thumbnail.getpixel(spot)
    assert red > 150
    assert green < 100


@pytest.mark.slow
def test_a_recording_of_a_minute_is_taken_and_a_longer_one_refused():
    assert media.clean(voice(seconds=60), Kind.WAV).seconds == pytest.approx(60, abs=0.1)
    assert refusal(voice(seconds=61), Kind.WAV) is Refusal.TOO_LONG
    assert media.clean(video(seconds=60, fps=2), Kind.MP4).seconds == pytest.approx(60, abs=0.5)
    assert refusal(video(seconds=62, fps=2), Kind.MP4) is Refusal.TOO_LONG


def test_a_false_length_in_the_header_does_not_deceive():
    data = bytearray(video(seconds=62, fps=2, sound=None))
    for box, version_and_flags in ((b"mvhd", 4), (b"tkhd", 8), (b"mdhd", 4)):
        at = data.index(box) + len(box)
        field = at + 4 + version_and_flags + 8
        data[field : field + 4] = (1).to_bytes(4, "big")
    assert refusal(bytes(data), Kind.MP4) is Refusal.TOO_LONG
    sound = bytearray(voice(seconds=61))
    at = sound.index(b"data") + 4
    sound[at : at + 4] = (0xFFFFFFFF).to_bytes(4, "little")  # what a recorder that crashed leaves
    assert refusal(bytes(sound), Kind.WAV) is Refusal.TOO_LONG


def test_a_sound_so_slow_that_it_lasts_for_hours_is_refused_before_it_is_rebuilt():
    data = bytearray(voice(seconds=1))
    at = data.index(b"fmt ") + 12
    data[at : at + 4] = (1).to_bytes(4, "little")  # samples a second
    assert refusal(bytes(data), Kind.WAV) is Refusal.TOO_LONG


def test_a_picture_beyond_4k_is_refused():
    data = video(size=(4_096, 2_304), seconds=1, fps=1, sound=None)
    assert refusal(data, Kind.MP4) is Refusal.TOO_MANY_PIXELS


def test_an_encoding_that_browsers_do_not_play_is_refused():
    assert refusal(video("mp4", "mpeg4"), Kind.MP4) is Refusal.CODEC
    assert "mpeg4" in str(worker.clean(video("mp4", "mpeg4"), Kind.MP4))


def test_a_container_with_nothing_to_play_is_refused():
    empty = io.BytesIO()
    with av.open(empty, "w", format="ogg") as output:
        output.add_stream("libopus", rate=48_000, layout="mono")
        output.start_encoding()
    assert refusal(empty.getvalue(), Kind.OGG) in {Refusal.DAMAGED, Refusal.NOTHING_TO_PLAY}


def test_a_playlist_of_other_files_is_never_followed(tmp_path):
    other = tmp_path / "other.wav"
    other.write_bytes(voice())
    playlist = f"ffconcat version 1.0\nfile '{other}'\n".encode()
    for kind in (Kind.MP4, Kind.WEBM, Kind.OGG, Kind.MP3, Kind.AAC, Kind.WAV, Kind.AMR):
        assert isinstance(worker.clean(playlist, kind), Refused)


SAMPLES = {
    Kind.MP4: video(seconds=1, fps=5),
    Kind.WEBM: video("webm", "libvpx-vp9", "libopus", fps=5),
    Kind.MP3: voice("mp3", "libmp3lame", 16_000),
    Kind.OGG: voice("ogg", "libopus", 48_000),
    Kind.AMR: voice("amr", "libopencore_amrnb"),
}


@pytest.mark.parametrize("kind", list(SAMPLES))
@pytest.mark.parametrize("part", [0.02, 0.4, 0.9])
def test_a_recording_cut_off_is_cleaned_or_refused(kind, part):
    data = SAMPLES[kind]
    outcome = worker.clean(data[: int(len(data) * part)], kind)
    if isinstance(outcome, Cleaned):
        assert outcome.seconds <= 1.2
        assert SECRET.encode() not in outcome.data


@pytest.mark.slow
@settings(deadline=None)
@given(st.sampled_from(list(SAMPLES)), st.data())
def test_an_altered_recording_is_cleaned_or_refused(kind, data):
    altered = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(worker.clean(bytes(altered), kind), Cleaned | Refused)


@given(st.sampled_from([Kind.MP4, Kind.WEBM, Kind.OGG, Kind.WAV, Kind.AMR]), st.binary())
def test_arbitrary_bytes_are_refused(kind, data):
    assert isinstance(worker.clean(data, kind), Refused)
