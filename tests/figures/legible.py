"""What can be read in a chart."""


def sizes_of_text(part):
    """Every font size written anywhere in a chart."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("labelFontSize", "titleFontSize", "fontSize"):
                yield value
            yield from sizes_of_text(value)
    elif isinstance(part, list):
        for value in part:
            yield from sizes_of_text(value)
