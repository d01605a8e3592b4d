"""Pictures of the tables: lines over two logarithmic axes, as SVG."""
import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 300, 64, 26, 28, 46
AXES = {"width": "units of a hidden layer", "batch": "samples of a batch", "critic": "critic steps", "side": "pixels of a side"}
COLOURS = ("#0b6e99", "#c4501b", "#3f7d20", "#7a3e9d", "#555555")


def decades(values):
    """The powers of ten around the values: at least one whole decade."""
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values)) - 1e-9))


def power(exponent):
    return f"{10.0 ** exponent:g}" if -3 <= exponent <= 4 else f"1e{exponent}"


def plot(title, x_label, y_label, series):
    """`series` is {name: [(x, y), ...]} with positive numbers; the SVG's text."""
    x0, x1 = decades([x for line in series.values() for x, _ in line])
    y0, y1 = decades([y for line in series.values() for _, y in line])

    def at_x(x):
        return LEFT + (math.log10(x) - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)

    def at_y(y):
        return HEIGHT - BOTTOM - (math.log10(y) - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    def text(x, y, words, anchor="middle", more=""):
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>'

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', text(WIDTH / 2, 16, title, more='font-weight="bold"')]
    for exponent in range(x0, x1 + 1):
        x = at_x(10.0 ** exponent)
        parts += [f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>', text(x, HEIGHT - BOTTOM + 15, power(exponent))]
    for exponent in range(y0, y1 + 1):
        y = at_y(10.0 ** exponent)
        parts += [f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>', text(LEFT - 5, y + 4, power(exponent), "end")]
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_label))
    parts.append(text(0, 0, y_label, more=f'transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)"'))
    for i, (name, line) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        points = [(at_x(x), at_y(y)) for x, y in line]
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{colour}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points]
        parts.append(text(LEFT + 8, TOP + 14 + 13 * i, name, "start", f'fill="{colour}"'))
    return "\n".join(parts) + "\n</svg>\n"


def lines(rows, by, x, y):
    """{row[by]: [(row[x], row[y]), ...]}."""
    found = {}
    for row in rows:
        found.setdefault(row[by], []).append((row[x], row[y]))
    return found


def pictures(found, folder):
    """One file for each part that was measured and has something to plot."""
    made = {}
    if "planning" in found:
        made["planning"] = plot("runner sweep --plan", "runs", "seconds", lines(found["planning"], "of", "runs", "seconds"))
    if "execution" in found:
        rows = found["execution"]
        names = {"seconds": "sweep, collect included", "again_seconds": "the finished sweep again", "collect_seconds": "collect"}
        made["execution"] = plot("Runs that train next to nothing, 2 workers", "runs", "seconds",
                                 {name: [(row["runs"], row[key]) for row in rows] for key, name in names.items()})
    if "steps" in found:
        rows = [row | {"axis": AXES[row["axis"]]} for row in found["steps"]]
        made["step_seconds"] = plot("A generator step", "units, samples, critic steps, pixels", "seconds", lines(rows, "axis", "value", "seconds"))
        megabytes = [row | {"megabytes": row["worker_bytes"] / 1e6} for row in rows]
        made["step_memory"] = plot("Peak memory of its worker", "units, samples, critic steps, pixels", "MB",
                                   lines(megabytes, "axis", "value", "megabytes"))
    for name, svg in made.items():
        (folder / f"scaling_{name}.svg").write_text(svg)
