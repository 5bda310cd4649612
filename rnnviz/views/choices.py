"""What can be chosen of a network and its updates: one table for the menu and the model bar."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnnviz.film import Settings
from rnnviz.film.settings import GIVEN

Changes = dict[str, object]
_FIRST = ("recurrent", "gain", "seed")  # what makes the first weights


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose.

    Attributes
    ----------
    name : str
        Key; the settings' field where it is one.
    title : str
        In the menu, with its mnemonic.
    label : str
        In the model bar, before the entries; empty for none.
    tip : str
        What it is.
    entries : tuple of (str, str, dict)
        In the menu, in the bar, and the settings that it means.
    """

    name: str
    title: str
    label: str
    tip: str
    entries: tuple[tuple[str, str, Changes], ...]

    def chosen(self, settings: Settings) -> int:
        """The entry that settings agree with; −1 for none of them."""
        if settings.recurrent == GIVEN and self.name in _FIRST:
            return -1  # its first weights were not made here
        for index, (_, _, changes) in enumerate(self.entries):
            if all(getattr(settings, name) == value for name, value in changes.items()):
                return index
        return -1

    def apply(self, settings: Settings, index: int) -> Settings:
        """The settings with an entry chosen."""
        return replace(settings, **self.entries[index][2])  # pyright: ignore[reportArgumentType]

    def applies(self, settings: Settings) -> bool:
        """Whether it has a meaning for these settings."""
        return self.name != "activation" or CELLS[settings.cell].any_activation


def _of(name: str, *entries: tuple[str, object]) -> tuple[tuple[str, str, Changes], ...]:
    return tuple((text, text, {name: value}) for text, value in entries)


CELL = Choice(
    "cell",
    "&Cell",
    "",
    "The recurrent cell",
    tuple((cell.title, cell.name, {"cell": cell.key}) for cell in CELLS.values()),
)
CHOICES = (
    CELL,
    Choice(
        "activation",
        "&Activation g",
        "g",
        "Activation g of the RNN's state",
        _of(
            "activation",
            ("tanh", "tanh"),
            ("ReLU", "relu"),
            ("sigmoid", "sigmoid"),
            ("identity", "identity"),
        ),
    ),
    Choice(
        "units",
        "&Units",
        "units",
        "Hidden units H of a layer",
        _of("units", *((str(n), n) for n in (1, 2, 4, 8, 16, 32, 64, 128, 256))),
    ),
    Choice(
        "layers",
        "La&yers",
        "layers",
        "Layers on top of each other",
        _of("layers", *((str(n), n) for n in (1, 2, 3, 4))),
    ),
    Choice(
        "recurrent",
        "First &W_aa",
        "W_aa",
        "Initialiser of W_aa",
        _of(
            "recurrent",
            ("orthogonal", "orthogonal"),
            ("Xavier uniform", "xavier"),
            ("Xavier normal", "xavier_normal"),
            ("He uniform", "he"),
            ("He normal", "he_normal"),
            ("uniform ±1/√H", "uniform"),
            ("identity", "identity"),
        ),
    ),
    Choice(
        "gain",
        "First W_aa t&imes",
        "×",
        "What W_aa is multiplied by at first",
        _of("gain", *((f"{g:g}", g) for g in (0.3, 0.5, 0.7, 0.9, 1.0, 1.2, 2.0, 5.0))),
    ),
    Choice(
        "seed",
        "&Seed",
        "seed",
        "Seed of the first weights",
        _of("seed", *((str(n), n) for n in range(10))),
    ),
    Choice(
        "optimizer",
        "&Optimiser",
        "",
        "Optimiser of the update",
        _of(
            "optimizer",
            ("SGD", "sgd"),
            ("momentum 0.9", "momentum"),
            ("Nesterov 0.9", "nesterov"),
            ("Adagrad", "adagrad"),
            ("RMSprop", "rmsprop"),
            ("RMSprop centred", "rmsprop_centered"),
            ("Adam", "adam"),
            ("AMSGrad", "amsgrad"),
            ("AdamW", "adamw"),
        ),
    ),
    Choice(
        "clipping",
        "Clippi&ng",
        "",
        "Clipping of the gradient before the update",
        (
            ("none", "no clipping", {"clipping": "none"}),
            *(
                (
                    f"global norm to {limit:g}",
                    f"clip norm {limit:g}",
                    {"clipping": "norm", "clip_limit": limit},
                )
                for limit in (0.1, 0.5, 1.0, 5.0)
            ),
            *(
                (
                    f"every entry to ±{limit:g}",
                    f"clip ±{limit:g}",
                    {"clipping": "value", "clip_limit": limit},
                )
                for limit in (0.1, 0.5, 1.0)
            ),
        ),
    ),
)
