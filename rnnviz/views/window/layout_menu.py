"""The layouts in the View menu: chosen, saved under a name, forgotten."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import LAYOUTS, OWN, PANELS
from rnnviz.session import Notice, Session
from rnnviz.views.respelling import keep_plain
from rnnviz.views.window.panels import Panels


class LayoutMenu:
    """The layouts, made anew whenever the menu is opened.

    Parameters
    ----------
    menu : QMenu
        Where it stands.
    window : QWidget
        The dialog's parent.
    panels : Panels
    session : Session
        Its preferences keep what is saved.
    """

    def __init__(self, menu: QMenu, window: QWidget, panels: Panels, session: Session) -> None:
        self._window, self._panels, self._session = window, panels, session
        self._above = menu
        self.menu = menu.addMenu(FIELDS["layout"].menu)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.menu.clear()
        self.menu.setFont(self._above.font())
        titles = {choice.changes["layout"]: choice.title for choice in FIELDS["layout"].choices}
        for name, layout in self._panels.layouts.items():
            if name == next(iter(self._session.preferences.layouts), None):
                self.menu.addSeparator()
            text = titles.get(name, "As arranged last" if name == OWN else name)
            action = self.menu.addAction(text.replace("&", "&&"))
            keep_plain(action)
            action.setCheckable(True)
            action.setChecked(name == self._panels.layout.name)
            action.setToolTip(", ".join(PANELS[panel].title for panel in layout.panels))
            action.triggered.connect(lambda _checked=False, name=name: self._panels.choose(name))

    def save(self) -> None:
        """Ask for a name, and save what is shown under it."""
        from PySide6.QtWidgets import QInputDialog  # not before it is needed

        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Save the layout")
        dialog.setLabelText("A name for the panels as they stand:")
        name = self._panels.layout.name
        dialog.setTextValue("" if name in (OWN, *LAYOUTS) else name)
        dialog.textValueSelected.connect(self.save_as)
        dialog.open()

    def save_as(self, name: str) -> None:
        """Save what is shown under a name, or say why it cannot have it."""
        layout = self._panels.layout
        try:
            self._session.preferences.save_layout(name.strip(), layout)
        except ValueError as error:
            self._session.told.emit(Notice(f"Save the layout: {error}.", error=True))
            return
        self._panels.want(replace(layout, name=name.strip()))

    def forget(self) -> None:
        """Forget the user's layout that is shown."""
        layout = self._panels.layout
        self._session.preferences.forget_layout(layout.name)
        self._panels.want(replace(layout, name=OWN))

    def why_not_forget(self) -> str:
        """Why the layout that is shown cannot be forgotten; empty where it can."""
        saved = self._session.preferences.layouts
        name = self._panels.layout.name
        return "" if name != OWN and name in saved else "it is none that you saved"
