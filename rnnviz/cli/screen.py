"""Whether a window can open here, asked before Qt is loaded, which would end the process."""

from __future__ import annotations

import os
import sys

_WITHOUT = "--export FILE writes a picture without one"


def why_no_screen() -> str:
    """Why a window cannot open here; empty where it can, or where Qt needs no screen for it.

    Qt itself would end the process, with a core dump.
    """
    given = os.environ.get("QT_QPA_PLATFORM", "")
    platform = given.split(":")[0].split(";")[0]
    if not sys.platform.startswith("linux") or (
        platform and not platform.startswith(("xcb", "wayland"))
    ):
        return ""
    display, wayland = os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY")
    if not (display or wayland):
        return f"there is no screen to open a window on; {_WITHOUT}"
    if wayland and not platform.startswith("xcb") and _wayland_answers(wayland):
        return ""
    if not display or platform.startswith("wayland"):
        return f"the screen WAYLAND_DISPLAY={wayland or ''} cannot be reached; {_WITHOUT}"
    import ctypes

    try:
        ctypes.CDLL("libxcb-cursor.so.0")
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        from rnnviz.cli.missing import why_missing

        return why_missing(error)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    fault = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"the screen DISPLAY={display} cannot be reached; {_WITHOUT}" if fault else ""


def _wayland_answers(name: str) -> bool:
    import socket

    where = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name)  # noqa: PTH118
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(where)
    except (OSError, ValueError):
        return False
    return True
