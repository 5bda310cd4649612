"""Qt and pyqtgraph: paint shapes, plots, controls; the window composes them."""
