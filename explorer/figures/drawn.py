"""A figure that is ready to be sent: validated once when it was made, and never copied after."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure


class Drawn(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """What Streamlit takes for a figure. A go.Figure would be copied in depth each time that it is sent."""

    def __init__(self, content: dict[str, Any]) -> None:
        """Hold a figure's content; BaseFigure's own beginnings, which validate it again, are left out."""
        self.__dict__["content"] = content

    @classmethod
    def of(cls, figure: go.Figure) -> Drawn:
        """Return a figure made ready."""
        return cls(figure.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the content itself; it is not to be changed."""
        content: dict[str, Any] = self.__dict__["content"]
        return content

    def numbered(self, number: int) -> Drawn:
        """Return the figure with a number: one that is equal to the one before would not be drawn anew."""
        content = self.to_dict()
        return Drawn({**content, "layout": {**content["layout"], "meta": {"sent": number}}})
