"""MP3 as this product writes it: 48 kHz, mono, 64 kbit/s, where every frame is 24 ms and 192 bytes and none is padded.

So a byte of a file is a moment of it. MPEG-1 layer III (ISO/IEC 11172-3): a frame holds 1,152 samples and
64,000 x 1,152 / 48,000 / 8 = 192 bytes. Inside the bit rates that AudioPlayer takes (Alexa: 16 to 384 kbit/s).
"""

from __future__ import annotations

from speech.errors import AudioError, FramesDamaged

RATE = 48_000
"""Samples a second."""
FRAME_SAMPLES = 1_152
FRAME_BYTES = 192
DECODER_DELAY = 1_105
"""Samples from a clip's first frame to its first sample, in every decoder that knows nothing of the encoder (23 ms)."""
HEADER = bytes.fromhex("fffb54c4")
"""MPEG-1, layer III, no checksum, 64 kbit/s, 48 kHz, no padding, mono."""
SILENT_FRAME = bytes.fromhex("fffb54c40003c00001a400000020000034800000044c414c414d45342e30").ljust(FRAME_BYTES, b"U")
"""The first frame that LAME makes of zeros: it borrows no bits from frames before it, so it may follow any other."""


def encode(samples: bytes) -> bytes:
    """The frames of 16-bit mono samples at 48 kHz, from an encoder of their own, so that they need no frames before.

    They end in silence, so that whatever follows sounds as if nothing had been before. Raises AudioError where
    lameenc is not installed.
    """
    try:
        import lameenc
    except ImportError as error:
        message = "no MP3 encoder: lameenc is not installed; pip install '.[voice]' in the checkout brings it"
        raise AudioError(message) from error
    encoder = lameenc.Encoder()
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_quality(2)
    encoder.silence()
    # What a sound leaves in the decoder dies away within a frame; flush() alone ends before that.
    return bytes(encoder.encode(samples + bytes(2 * FRAME_SAMPLES))) + bytes(encoder.flush())


def count_frames(data: bytes) -> int:
    """How many frames these bytes are. Raises FramesDamaged unless they are whole frames of ours and nothing else."""
    frames, rest = divmod(len(data), FRAME_BYTES)
    if rest:
        raise FramesDamaged(len(data) - rest)
    # The same byte of all headers at once: thirty times as quick as one header after the other.
    if any(data[at::FRAME_BYTES] != bytes([byte]) * frames for at, byte in enumerate(HEADER)):
        raise FramesDamaged(next(at for at in range(0, len(data), FRAME_BYTES) if not data.startswith(HEADER, at)))
    return frames
