"""States and gradients of a PyTorch module, collected by hooks while it runs. Torch is the user's.

A layer of `torch.nn` computes all steps at once and tells only its top layer's states; what comes
back to a state from later steps it never tells. So a hook computes the same once more, layer by
layer and step by step, with the module's own weights, and hands that on in place of the output:
every state is then a tensor of its own, and its gradient is the whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from rnnviz.film.recording import Recording, recording_of

_CLOSE = 1e-4  # how far what is computed step by step may be from the layer's own output


def record(
    module: Any,
    x: Any,
    *,
    loss: Callable[[Any], Any] | None = None,
    tokens: Iterable[object] | None = None,
    sequence: int = 0,
) -> Recording:
    """Run a PyTorch module and record the states of its recurrent layers, and their gradients.

    Parameters
    ----------
    module : torch.nn.Module
        With one `RNN`, `GRU` or `LSTM` in it (or being one), of any number of layers, or with a
        cell (`RNNCell`, `GRUCell`, `LSTMCell`) that it calls once a step.
    x : Tensor or tuple
        What the module is called with.
    loss : callable, optional
        Makes a number of what the module returns: L. Without it L is the sum of what the module
        says at the last step, and the title says so.
    tokens : iterable, optional
        What enters at each step.
    sequence : int
        Which of a batch is recorded.

    Returns
    -------
    Recording
        For `rnnviz.show`: a⟨t⟩ and ∂L/∂a⟨t⟩ of every layer and step.

    Raises
    ------
    ImportError
        Without PyTorch.
    ValueError
        Of a module that cannot be recorded, with what can.
    """
    torch: Any = import_module("torch")  # of the user; nothing else of rnnviz needs it

    layers = (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM)
    cells = (torch.nn.RNNCell, torch.nn.GRUCell, torch.nn.LSTMCell)
    if not isinstance(module, torch.nn.Module):
        raise ValueError(f"{type(module).__name__} is no torch.nn.Module")
    found = [each for each in module.modules() if isinstance(each, layers + cells)]
    if len(found) != 1:
        names = ", ".join(type(each).__name__ for each in found) or "none"
        raise ValueError(
            f"the module has {len(found)} recurrent parts ({names}): give a module with one RNN, "
            "GRU or LSTM, or with one cell"
        )
    part = found[0]
    kept: list[list[Any]] = []
    if isinstance(part, cells):
        handle = part.register_forward_hook(_of_cell(kept))
    else:
        _check(part)
        handle = part.register_forward_hook(_of_layers(kept), with_kwargs=True)
    try:
        with torch.enable_grad():
            said = module(*x) if isinstance(x, tuple) else module(x)
            what = "L" if loss else "L = the sum of the last output"
            if not kept:
                raise ValueError("the module was called, and its recurrent part was not")
            value = _last(said, part, kept[0]) if loss is None else loss(said)
            if getattr(value, "numel", lambda: 0)() != 1:
                raise ValueError("loss has to make one number: a tensor with one element")
            states = [state for layer in kept for state in layer]
            if value.requires_grad:
                found_gradients = torch.autograd.grad(value, states, allow_unused=True)
            else:
                raise ValueError("loss does not depend on the states")
    finally:
        handle.remove()
    gradients = iter(found_gradients)
    rows_a: list[list[Any]] = []
    rows_da: list[list[Any]] = []
    for layer in kept:
        rows_a.append([_one(state, sequence) for state in layer])
        rows_da.append(
            [
                _one(torch.zeros_like(state) if found is None else found, sequence)
                for state, found in zip(layer, gradients, strict=False)
            ]
        )
    name = type(part).__name__ + (f", {len(kept)} layers" if len(kept) > 1 else "")
    a = torch.stack([torch.stack(row) for row in rows_a])
    da = torch.stack([torch.stack(row) for row in rows_da])
    return recording_of(a, da, tokens, f"{name}: {what}")


def _check(part: Any) -> None:
    if part.bidirectional:
        raise ValueError("the layer is bidirectional: one way alone can be recorded")
    if part.training and part.dropout and part.num_layers > 1:
        raise ValueError("the layer drops units out by chance: call module.eval() before")


def _one(state: Any, sequence: int) -> Any:
    """One sequence's row of a state (B, H), or (H,) where there is no batch."""
    if state.dim() == 1:
        return state
    if not -state.shape[0] <= sequence < state.shape[0]:
        raise ValueError(f"there is no sequence {sequence}: the batch has {state.shape[0]}")
    return state[sequence]


def _last(said: Any, part: Any, states: list[Any]) -> Any:
    """The sum of what the module says at the last step, whatever it returns beside.

    `states` are those of a layer: they tell how many steps there are, and whether a batch.
    """
    while isinstance(said, tuple | list):
        said = said[0]
    steps, batched = len(states), states[0].dim() == 2
    if batched and said.dim() == 2 and said.shape[0] != states[0].shape[0]:
        raise ValueError(
            f"what the module says is {' × '.join(map(str, said.shape))}, and neither of each step "
            "nor of each sequence: give loss=, which makes one number of it"
        )
    if said.dim() < (3 if batched else 2):
        return said.sum()  # of one step: each sequence's own output depends on its states alone
    first = getattr(part, "batch_first", False) or said.shape[0] != steps == said.shape[1]
    return (said[:, -1] if batched and first else said[-1]).sum()


def _of_cell(kept: list[list[Any]]) -> Callable[..., None]:
    """A hook that keeps each state that a cell returns."""

    def hook(_cell: Any, _given: Any, output: Any) -> None:
        if not kept:
            kept.append([])
        kept[0].append(_wanted(output[0] if isinstance(output, tuple) else output))

    return hook


def _of_layers(kept: list[list[Any]]) -> Callable[..., Any]:
    """A hook that computes a layer's output once more, step by step, and hands that on."""

    def hook(part: Any, given: tuple[Any, ...], named: dict[str, Any], output: Any) -> Any:
        torch: Any = import_module("torch")
        if kept:
            raise ValueError("the layer is called twice: record one call alone")
        x = given[0] if given else named["input"]
        if not isinstance(x, torch.Tensor):
            raise ValueError("packed sequences cannot be recorded: give one padded tensor")
        begun = given[1] if len(given) > 1 else named.get("hx")
        alone = x.dim() == 2
        rows = x if alone else x.transpose(0, 1) if part.batch_first else x
        ends: list[Any] = []
        for index in range(part.num_layers):
            states, end = _run(torch, part, index, rows, _begun(begun, index))
            kept.append(states)
            rows = torch.stack(states)
            ends.append(end)
        made = rows if alone or not part.batch_first else rows.transpose(0, 1)
        # What is no number in one is none in the other: it is shown where it begins.
        if not torch.allclose(made, output[0], rtol=_CLOSE, atol=_CLOSE, equal_nan=True):
            kept.clear()
            raise ValueError("step by step the layer computes something else: it is not recorded")
        return made, _ended(torch, ends)

    return hook


def _run(torch: Any, part: Any, index: int, rows: Any, state: Any) -> tuple[list[Any], Any]:
    """The states of one layer after each step, with the module's own weights."""
    size = rows.shape[-1]
    more = {"nonlinearity": part.nonlinearity} if isinstance(part, torch.nn.RNN) else {}
    more |= {"proj_size": part.proj_size} if isinstance(part, torch.nn.LSTM) else {}
    single = type(part)(size, part.hidden_size, bias=part.bias, **more)
    single.to(rows.device, rows.dtype)
    ending = f"_l{index}"
    weights = {
        name.removesuffix(ending) + "_l0": value
        for name, value in part.named_parameters()
        if name.endswith(ending)
    }
    states: list[Any] = []
    for row in rows:
        arguments = (row[None],) if state is None else (row[None], state)
        output, state = torch.func.functional_call(single, weights, arguments)
        here = _wanted(output[0])
        # What goes on is the very tensor that is kept, so that its gradient is all of it.
        h = here[None]
        state = (h, state[1]) if isinstance(state, tuple) else h
        states.append(here)
    return states, state


def _wanted(state: Any) -> Any:
    """The state so that its gradient can be asked for, also where all weights are frozen."""
    return state if state.requires_grad else state.requires_grad_()


def _begun(begun: Any, index: int) -> Any:
    if begun is None:
        return None
    if isinstance(begun, tuple):
        return tuple(each[index : index + 1] for each in begun)
    return begun[index : index + 1]


def _ended(torch: Any, ends: list[Any]) -> Any:
    if isinstance(ends[0], tuple):
        return tuple(torch.cat([end[i] for end in ends]) for i in range(2))
    return torch.cat(ends)
