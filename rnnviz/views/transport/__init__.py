"""The transport bar: a video player's, for a film that runs forward, backward and updates."""

from rnnviz.views.transport.bar import TransportBar

__all__ = ["TransportBar"]
