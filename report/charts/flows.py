"""The way of the money and of the goods as one Sankey, with labels that a phone can show."""

import textwrap
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from report.addresses import Address
from report.charts.look import HOVER, INK, NO_CODE, PLAIN, finished, good_color, mark
from words import names, numbers
from words.texts import t

# where a node stands from left to right; everything else is a giver (left edge) or an end (right edge)
ACROSS = {"cash": 0.38, "purchases": 0.49, "goods": 0.6}
ENDS = ("cash_left", "cash_given", "cash_frontline", "goods_given", "goods_frontline", "goods_left")
GIVERS_BELOW = ("over_cash", "donated_goods", "over_goods")  # below the donor categories
REST_OF = {"cash_left": "over_cash", "goods_left": "over_goods"}
FLOW_PX, NODE_PX, LINE_PX, LETTERS = 300, 12, 15, 15
LINK = {"cash": "rgba(34,136,51,0.30)", "goods": "rgba(68,119,170,0.34)", "over": "rgba(198,40,40,0.45)"}


@dataclass
class Node:
    label: str
    came: float = 0.0
    went: float = 0.0
    top: float = field(default=0.0)  # in pixels of the plot, from above

    @property
    def amount(self) -> float:
        return max(self.came, self.went)


def money_way(links: pd.DataFrame, *, language: str, theme: str) -> go.Figure:
    """links: source, target, code, donor_category, value_vnd (metrics.money_way.money_links).

    A negative rest is drawn as what it is: money or goods that went out beyond what the sheets say came in.
    """
    drawn = [_link(row, language) for row in links.to_dict("records") if row["value_vnd"]]
    nodes: dict[str, Node] = {}
    for source, target, amount, *_ in drawn:
        nodes.setdefault(source, Node(_label(source, language))).went += amount
        nodes.setdefault(target, Node(_label(target, language))).came += amount
    height, gap = _place(nodes, language)
    order = list(nodes)
    trace = go.Sankey(
        arrangement="fixed",
        node={
            "x": [min(max(_across(name), 0.001), 0.999) for name in order],
            "y": [_middle(nodes[name], nodes) / height for name in order],
            "label": [""] * len(order),
            "color": [_color(name, theme) for name in order],
            "customdata": [[nodes[name].label, numbers.money_short(nodes[name].amount, language)] for name in order],
            "hovertemplate": HOVER,
            "line": {"width": 0},
            "pad": gap,
            "thickness": NODE_PX,
        },
        link={
            "source": [order.index(source) for source, *_ in drawn],
            "target": [order.index(target) for _, target, *_ in drawn],
            "value": [amount for _, _, amount, *_ in drawn],
            "color": [LINK[_branch(source, target)] for source, target, *_ in drawn],
            "customdata": [data for *_, data in drawn],
            "hovertemplate": HOVER,
        },
    )
    figure = go.Figure(trace)
    for name in order:
        figure.add_annotation(_written(name, nodes, height, language, theme))
    above, below = _room(nodes, height, language)
    figure = finished(figure, round(height) + 8 + below, language, theme)
    return figure.update_layout(margin={"t": above, "b": below})  # the title adds its own room to both


def link_name(source: str, target: str, category: object, language: str | None = None) -> tuple[str, str]:
    """(from, to) in words; cash comes from a donor category."""
    giver = f"donors:{category if isinstance(category, str) else ''}" if source == "donors" else source
    return _label(giver, language), _label(target, language)


def link_address(row: dict) -> Address:
    """The address of the number on a link."""
    if row["source"] == "donors":
        return Address.of(row["code"], donor_category=row["donor_category"])
    return Address(row["code"])


def _link(row: dict, language: str) -> tuple[str, str, float, list]:
    """(source, target, amount, what the mark carries); a negative amount comes in from where too much was taken."""
    giver, taker = link_name(row["source"], row["target"], row["donor_category"], language)
    value, category = float(row["value_vnd"]), row["donor_category"]
    stated = category if isinstance(category, str) else ""
    source = f"donors:{stated}" if row["source"] == "donors" else row["source"]
    target = row["target"]
    if value < 0:
        source, target = REST_OF.get(target, target), source
        giver, taker = _label(source, language), giver
    data = mark(f"{giver} → {taker}", numbers.money_short(value, language), category, link_address(row))
    return source, target, abs(value), data


def _label(name: str, language: str | None) -> str:
    kind, _, category = name.partition(":")
    return names.category(category, language) if category else t(f"goods.way.node.{kind}", language)


def _branch(source: str, target: str) -> str:
    if source.startswith("over"):
        return "over"
    return "cash" if source.startswith("donors") or target.startswith("cash") or source == "cash" else "goods"


def _across(name: str) -> float:
    return ACROSS.get(name, 1.0 if name in ENDS else 0.0)


def _color(name: str, theme: str) -> str:
    if name.startswith("over"):
        return "#C62828"
    if name == "purchases":
        return NO_CODE
    return good_color("cash") if "cash" in name or name.startswith("donors") else PLAIN[theme]


# where the nodes stand
def _scale(nodes: dict[str, Node]) -> float:
    """Pixels for a đồng: what comes in from the left edge fills FLOW_PX."""
    return FLOW_PX / (sum(node.amount for name, node in nodes.items() if _across(name) == 0.0) or 1)


def _middle(node: Node, nodes: dict[str, Node]) -> float:
    return node.top + node.amount * _scale(nodes) / 2


def _place(nodes: dict[str, Node], language: str) -> tuple[float, float]:
    """Gives every node its place; (height of the plot, smallest gap between two nodes) in pixels.

    Plotly gives a đồng so many pixels that the fullest edge fits with its gaps; so the gaps are made from the labels.
    """
    givers = [name for name in nodes if name.startswith("donors")] + [n for n in GIVERS_BELOW if n in nodes]
    ends = [name for name in ENDS if name in nodes]
    scale = _scale(nodes)
    spare = max((len(edge) - 1) * _gap(edge, nodes, scale, language) for edge in (givers, ends))
    for edge in (givers, ends):
        top = 0.0 if len(edge) > 1 else spare / 2
        for name in edge:
            nodes[name].top = top
            top += nodes[name].amount * scale + spare / max(len(edge) - 1, 1)
    for name in ("cash", "goods"):
        if name in nodes:
            beside = [n for n in (*givers, *ends) if _belongs(n, name)]
            middles = [_middle(nodes[n], nodes) for n in beside]
            nodes[name].top = sum(middles) / len(middles) - nodes[name].amount * scale / 2
    _between(nodes, scale, FLOW_PX + spare)
    return FLOW_PX + spare, spare / max(len(givers) - 1, len(ends) - 1, 1)


def _between(nodes: dict[str, Node], scale: float, height: float) -> None:
    """Nothing leaves the plot; what was bought stands between the cash and the goods."""
    for name in ("cash", "goods"):
        if name in nodes:
            nodes[name].top = min(max(nodes[name].top, 0.0), height - nodes[name].amount * scale)
    if "purchases" in nodes:
        size = nodes["purchases"].amount * scale
        bottom = nodes["cash"].top + nodes["cash"].amount * scale if "cash" in nodes else 0.0
        below = nodes["goods"].top if "goods" in nodes else height
        nodes["purchases"].top = min(max((bottom - size + below) / 2, 0.0), height - size)


def _belongs(name: str, middle: str) -> bool:
    return middle in name or (middle == "cash" and name.startswith("donors"))


def _gap(edge: list[str], nodes: dict[str, Node], scale: float, language: str) -> float:
    """So much that no label touches the next."""
    halves = [(_lines(name, nodes, language).count("<br>") + 1.6) * LINE_PX / 2 for name in edge]
    sizes = [nodes[name].amount * scale / 2 for name in edge]
    pairs = zip(halves, halves[1:], sizes, sizes[1:], strict=False)
    return max([10.0, *(a + b - c - d for a, b, c, d in pairs)])


def _room(nodes: dict[str, Node], height: float, language: str) -> tuple[int, int]:
    """Above and below the plot for labels that are higher than their node."""
    above = below = 8.0
    for name, node in nodes.items():
        size, words = node.amount * _scale(nodes), (_lines(name, nodes, language).count("<br>") + 1.6) * LINE_PX
        before = {"cash": 0.0, "goods": 0.0, "purchases": words}.get(name, (words - size) / 2)
        after = {"cash": words - size, "goods": words, "purchases": 0.0}.get(name, (words - size) / 2)
        above, below = max(above, before - node.top), max(below, node.top + size + after - height)
    return round(above), round(below)


def _lines(name: str, nodes: dict[str, Node], language: str) -> str:
    size, unit = numbers.money_scale(nodes[name].amount, language)
    amount = numbers.number(round(nodes[name].amount / size, 2), language)
    unit = unit.removesuffix(numbers.CURRENCY[language]).strip()
    told = [f"<b>{amount} {unit}</b>".replace(" </b>", "</b>")]
    return "<br>".join([*textwrap.wrap(nodes[name].label, LETTERS if _across(name) == 0.0 else 11), *told])


def _written(name: str, nodes: dict[str, Node], height: float, language: str, theme: str) -> dict:
    """The label of a node: beside it at the edges; of the three between them where a phone has room for it."""
    node, across = nodes[name], _across(name)
    look = {"text": _lines(name, nodes, language), "font": {"size": 12, "color": INK[theme]}, "showarrow": False}
    look |= {"xref": "paper", "yref": "paper", "x": across, "borderpad": 0}
    if name == "goods":
        bottom = node.top + node.amount * _scale(nodes)
        return look | {"y": 1 - bottom / height, "yanchor": "top", "xanchor": "center"}
    if name == "purchases":
        return look | {"y": 1 - node.top / height, "yanchor": "bottom", "xanchor": "center"}
    if name == "cash":
        look |= {"y": 1 - node.top / height, "yanchor": "top", "xanchor": "left"}
        return look | {"align": "left", "xshift": NODE_PX, "yshift": -4}
    side = "left" if across == 0.0 else "right"
    shift = (NODE_PX + 4) * (1 if across == 0.0 else -1)
    middle = 1 - _middle(node, nodes) / height
    return look | {"y": middle, "yanchor": "middle", "xanchor": side, "align": side, "xshift": shift}
