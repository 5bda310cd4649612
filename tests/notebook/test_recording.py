"""States and gradients of PyTorch's modules, against PyTorch itself; skipped where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.notebook import record

torch = pytest.importorskip("torch")


class Net(torch.nn.Module):
    """Two layers with a read-out, as most are written."""

    def __init__(self, kind, layers=2, **options):
        super().__init__()
        self.rnn = kind(3, 5, layers, **options)
        self.out = torch.nn.Linear(5, 4)

    def forward(self, x):
        return self.out(self.rnn(x)[0])


KINDS = [torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM]


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_states_and_gradients_are_the_modules_own(kind, first):
    torch.manual_seed(0)
    net = Net(kind, batch_first=first).double()
    x = torch.randn((2, 6, 3) if first else (6, 2, 3)).double()
    found = record(net, x, tokens="abcdef", sequence=1)
    outputs = net.rnn(x)[0]
    top = outputs[1] if first else outputs[:, 1]
    np.testing.assert_allclose(found.states[1], top.detach().numpy(), atol=1e-12)
    assert found.states.shape == found.gradients.shape == (2, 6, 5)
    assert found.tokens == tuple("abcdef")
    assert found.of.endswith("2 layers: L = the sum of the last output")

    # The whole derivative, by numbers: the second layer's state at step 3 moved and all after it
    # computed anew from there.
    layer, t, h = 1, 3, 1e-6
    below = torch.tensor(found.states[0])[:, None]
    single = kind(5, 5).double()
    single.load_state_dict(
        {n.replace("_l1", "_l0"): v for n, v in net.rnn.state_dict().items() if n.endswith("_l1")}
    )

    def loss(moved):
        state, said = None, None
        for step in range(6):
            output, state = single(below[step : step + 1], state)
            if step == t - 1:
                new = output + moved
                state = (new, state[1]) if isinstance(state, tuple) else new
                output = new
            said = output
        return float(net.out(said).sum())

    with torch.no_grad():
        for unit in range(5):
            moved = torch.zeros(1, 1, 5).double()
            moved[..., unit] = h
            slope = (loss(moved) - loss(-moved)) / (2 * h)
            assert found.gradients[layer, t - 1, unit] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_a_cell_that_is_called_once_a_step():
    class Stepped(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = torch.nn.LSTMCell(3, 5)

        def forward(self, x):
            state = None
            for row in x:
                state = self.cell(row, state)
            return state[0]

    found = record(Stepped(), torch.randn(6, 2, 3), loss=lambda y: (y**2).sum())
    assert found.states.shape == (1, 6, 5)
    # ∂(h·h)/∂h⟨T⟩ = 2 h⟨T⟩
    np.testing.assert_allclose(found.gradients[0, -1], 2 * found.states[0, -1], rtol=1e-6)
    assert found.of == "LSTMCell: L"


def test_frozen_weights_and_no_batch():
    net = torch.nn.GRU(3, 5)
    net.requires_grad_(False)
    found = record(net, torch.randn(4, 3))
    assert np.isfinite(found.log10_norms).all()
    np.testing.assert_allclose(found.gradients[0, -1], np.ones(5))  # of a plain sum


def test_the_module_is_left_as_it_was():
    net = Net(torch.nn.RNN)
    x = torch.randn(4, 1, 3)
    before = net(x)
    record(net, x)
    assert torch.equal(net(x), before)
    assert all(p.grad is None for p in net.parameters())


@pytest.mark.parametrize(
    ("make", "x", "said"),
    [
        (lambda: torch.nn.Linear(3, 2), (4, 3), "has 0 recurrent parts \\(none\\)"),
        (lambda: Net(torch.nn.RNN, bidirectional=True), (4, 1, 3), "is bidirectional"),
        (lambda: Net(torch.nn.GRU, dropout=0.5), (4, 1, 3), "call module.eval\\(\\) before"),
        (lambda: torch.nn.Sequential(torch.nn.GRU(3, 5), torch.nn.LSTM(5, 5)), (4, 1, 3), "2 rec"),
    ],
)
def test_what_cannot_be_recorded_says_why(make, x, said):
    with pytest.raises(ValueError, match=said):
        record(make(), torch.randn(x))


def test_a_loss_that_is_no_number_and_a_sequence_that_is_none():
    net = Net(torch.nn.RNN)
    with pytest.raises(ValueError, match="one number"):
        record(net, torch.randn(4, 2, 3), loss=lambda y: y)
    with pytest.raises(ValueError, match="there is no sequence 2: the batch has 2"):
        record(net, torch.randn(4, 2, 3), sequence=2)


def test_the_last_output_is_that_of_the_recorded_sequence():
    class Last(torch.nn.Module):
        """Returns one output for each sequence of a batch."""

        def __init__(self, part):
            super().__init__()
            self.part, self.flat = part, False

        def forward(self, x):
            if isinstance(self.part, torch.nn.RNNCell):
                state = None
                for row in x:
                    state = self.part(row, state)
                return state
            states = self.part(x)[0]
            return states.reshape(-1, 4) if self.flat else states[-1]

    x = torch.randn(6, 2, 3)
    for part in (torch.nn.RNNCell(3, 4), torch.nn.RNN(3, 4)):
        for sequence in (0, 1):
            found = record(Last(part), x, sequence=sequence)
            assert (found.gradients[0, -1] == 1.0).all()
    alone = record(torch.nn.RNN(3, 4, batch_first=True), x[:, 0])  # no batch: steps come first
    assert (alone.gradients[0, -1] == 1.0).all()
    single = torch.nn.RNN(3, 4, batch_first=True)
    for weight in single.parameters():
        torch.nn.init.zeros_(weight)  # so that nothing comes back
    assert (record(single, x[:, 0]).gradients[0, :-1] == 0.0).all()
    flat = Last(torch.nn.RNN(3, 4))
    flat.flat = True
    with pytest.raises(ValueError, match="12 × 4, and neither"):
        record(flat, x)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_number_is_recorded_from_where_it_begins(kind):
    net = Net(kind, 1)
    x = torch.randn(5, 1, 3)
    x[2, 0, 1] = float("nan")
    found = record(net, x)
    finite = np.isfinite(found.states[0]).all(axis=-1)
    assert finite.tolist() == [True, True, False, False, False]
    assert np.isnan(found.log10_norms[0]).tolist() == [True] * 4 + [False]  # L is linear in a⟨5⟩
