"""Training the classifier: sentences with their intents in, the file of its table out. Deterministic.

Needs numpy and scipy (the extra `voice`), which serving does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skill.understanding.classifier import table_bytes
from skill.understanding.examples import Example, fingerprint
from skill.understanding.features import ROWS, rows_of

STEPS, RATE, DECAY = 150, 2.0, 1e-6
"""Steps of gradient descent (Adam), the rate at the start, and the weight decay."""
SMOOTHING = 0.02
"""The part of each label that is spread over all: the model stays modest."""


def train(examples: list[Example]) -> bytes:
    """The table that is made of these examples, as `Classifier` reads it."""
    labels = tuple(sorted({label for _, label, _ in examples}))
    at = {label: index for index, label in enumerate(labels)}
    matrix = _matrix([words for words, _, _ in examples])
    target = np.full((len(examples), len(labels)), SMOOTHING / len(labels))
    target[np.arange(len(examples)), [at[label] for _, label, _ in examples]] += 1 - SMOOTHING
    importance = np.array([weight for _, _, weight in examples])[:, None]
    importance /= importance.mean()
    weights, bias = _descend(matrix, target, importance)
    scale = float(np.abs(weights).max()) / 127
    small = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    return table_bytes(labels, [float(one) for one in bias], scale, small.tobytes(), fingerprint(examples))


def _matrix(sentences: Sequence[str]) -> Any:
    rows, columns, values = [], [], []
    for index, words in enumerate(sentences):
        found = rows_of(words)
        rows += [index] * len(found)
        columns += found
        values += [1 / np.sqrt(max(len(found), 1))] * len(found)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(sentences), ROWS))


def _descend(matrix: Any, target: Any, importance: Any) -> tuple[Any, Any]:
    """Softmax regression by full-batch Adam."""
    classes = target.shape[1]
    weights, bias = np.zeros((ROWS, classes)), np.zeros(classes)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    first_bias, second_bias = np.zeros_like(bias), np.zeros_like(bias)
    transposed = matrix.T.tocsr()
    for step in range(1, STEPS + 1):
        scores = matrix @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        error = (powers / powers.sum(axis=1, keepdims=True) - target) * importance / len(target)
        slope, slope_bias = transposed @ error + DECAY * weights, error.sum(axis=0)
        rate = RATE * (1 - step / (STEPS + 1))
        for value, change, one, two in ((weights, slope, first, second), (bias, slope_bias, first_bias, second_bias)):
            one += 0.1 * (change - one)
            two += 0.01 * (change**2 - two)
            value -= rate * (one / (1 - 0.9**step)) / (np.sqrt(two / (1 - 0.99**step)) + 1e-10)
    return weights, bias
