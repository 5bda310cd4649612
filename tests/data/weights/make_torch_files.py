"""Make the files torch_*.safetensors and torch_expected.npz beside this script.

Needs torch 2.13 and safetensors, which the project itself never does.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent
T, B, D, H, OUT, V = 6, 2, 3, 4, 5, 7


class Model(nn.Module):
    def __init__(self, rnn, *, linear=True, vocabulary=0):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, D) if vocabulary else None
        self.rnn = rnn
        width = H * (2 if rnn.bidirectional else 1)
        self.fc = nn.Linear(width, OUT) if linear else None

    def forward(self, x):
        if self.embedding is not None:
            x = self.embedding(x)
        a, _ = self.rnn(x)
        return a, a if self.fc is None else self.fc(a)


MODELS = {
    "rnn": lambda: Model(nn.RNN(D, H)),
    "rnn_relu_2_both": lambda: Model(nn.RNN(D, H, 2, nonlinearity="relu", bidirectional=True)),
    "lstm": lambda: Model(nn.LSTM(D, H)),
    "lstm_2_both": lambda: Model(nn.LSTM(D, H, 2, bidirectional=True)),
    "lstm_embedding": lambda: Model(nn.LSTM(D, H), vocabulary=V),
    "lstm_no_bias": lambda: Model(nn.LSTM(D, H, bias=False)),
    "gru": lambda: Model(nn.GRU(D, H)),
    "gru_3_both": lambda: Model(nn.GRU(D, H, 3, bidirectional=True)),
}

expected = {}
for i, (name, make) in enumerate(MODELS.items()):
    torch.manual_seed(i)
    model = make()
    save_file(model.state_dict(), HERE / f"torch_{name}.safetensors")
    x = torch.randint(0, V, (T, B)) if model.embedding is not None else torch.randn(T, B, D)
    wide = model.double()
    a, y = wide(x if model.embedding is not None else x.double())
    expected |= {f"{name}.x": x.numpy(), f"{name}.a": a.detach().numpy()}
    expected[f"{name}.y"] = y.detach().numpy()
torch.manual_seed(99)
bare = nn.LSTM(D, H)
save_file(bare.state_dict(), HERE / "torch_bare_lstm.safetensors")
save_file(
    {k: v.to(torch.bfloat16) for k, v in bare.state_dict().items()},
    HERE / "torch_bare_lstm_bf16.safetensors",
)
x = torch.randn(T, B, D).double()
expected |= {"bare_lstm.x": x.numpy(), "bare_lstm.a": bare.double()(x)[0].detach().numpy()}
np.savez_compressed(HERE / "torch_expected.npz", **expected)
