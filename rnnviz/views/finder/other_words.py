"""What other programs and books call it: words by which commands, settings and panels are found."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        # commands
        "open": "load import file dataset csv",
        "open_with_choices": "load import dataset csv",
        "export": "screenshot image video gif mp4 svg pdf html",
        "save_weights": "checkpoint model pytorch",
        "save_numbers": "csv excel spreadsheet",
        "quit": "exit",
        "play": "run animate animation",
        "reset": "restart start over",
        "compared": "side by side",
        "train": "fit learn epochs validation batch",
        "stop_training": "cancel pause interrupt",
        "lecture": "full screen presentation presenter slides projector",
        "words": "embedding embeddings word2vec vocabulary",
        "take_away": "close remove delete hide",
        "close_branch": "remove delete",
        "larger": "font text size bigger zoom in",
        "smaller": "font text size zoom out",
        "normal": "font text size zoom",
        "keys": "preferences options shortcuts manual documentation",
        "start_page": "home welcome",
        "about": "license licence credits",
        "diagnostics": "bug problem",
        # settings
        "cell": "model architecture",
        "units": "hidden size neurons width",
        "layers": "stacked depth",
        "recurrent": "weight initialization",
        "learning_rate": "lr eta step size",
        "clipping": "exploding",
        "truncation": "tbptt",
        "theme": "dark mode night appearance preferences",
        "colours": "color colors colour blind palette preferences",
        "motion": "animation animations preferences",
        # panels
        "gradient": "vanishing exploding",
        "memory_cell": "gates forget gate input gate output gate",
        "map": "heatmap activations neurons",
        "loss": "training curve",
    }
)
