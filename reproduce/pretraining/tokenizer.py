"""The tokenizer of our own models: byte-level BPE with the special tokens of T5."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reproduce.pretraining.text import Text
from reproduce.registry.pretraining import TokenizerSettings

PAD, EOS, UNK, BOS = "<pad>", "</s>", "<unk>", "<s>"
TRAINING_CHARACTERS = 12_000_000  # of the pieces, which come in random order; more changes few merges


def sentinels(settings: TokenizerSettings) -> list[str]:
    """Return the names of the blanks, in the order in which they are filled in."""
    return [f"<extra_id_{number}>" for number in range(settings.sentinels)]


def train_tokenizer(text: Text, settings: TokenizerSettings) -> Any:
    """Return a fast tokenizer trained on the text; the same text gives the same tokenizer.

    Every byte has a token, so that nothing is unknown; digits are single, as numbers seldom repeat. Texts are closed
    with the end token. The first blank doubles as mask token.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    blanks = sentinels(settings)
    trainer = trainers.BpeTrainer(
        vocab_size=settings.vocabulary_size,
        special_tokens=[PAD, EOS, UNK, BOS, *blanks],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_sample(text), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {EOS}", pair=f"$A {EOS} $B {EOS}", special_tokens=[(EOS, tokenizer.token_to_id(EOS))]
    )
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=EOS,
        unk_token=UNK,
        bos_token=BOS,
        mask_token=blanks[0],
        extra_special_tokens=blanks,
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
    )


def _sample(text: Text) -> Iterable[str]:
    taken = 0
    for piece in text.pieces:
        taken += len(piece)
        if taken > TRAINING_CHARACTERS:
            break
        yield piece
    for function in text.functions:
        yield function.summary
