"""A window to drag a file out of, for the test of dropping one on rnnviz."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def mouseMoveEvent(self, event):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


application = QApplication(sys.argv)
source = Source("drag me")
source.setWindowTitle("source")
source.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
source.setGeometry(20, 60, 120, 60)
source.show()
application.exec()
