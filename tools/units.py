"""Measure the units of the networks that write: what they follow, when they are on, and where they are highest.

Everything is measured on the excerpt that ships with each network, which it has not learned from; see
`rnnviz.analysis.shipped_units`.
"""

from rnnviz.analysis.concepts import CONCEPTS
from rnnviz.analysis.shipped_units import FOLDER, measure, write
from rnnviz.networks import checkpoints


def main() -> None:
    for name in checkpoints.available_text():
        measured = measure(checkpoints.load_text(name), name, checkpoints.excerpt(name))
        write(FOLDER, name, measured)
        print(f"{name}\n{'':<18} {'best':>6} {'unit':>7} {'character':>9} {'untrained':>9} {'together':>8}")
        for concept, found in measured.found.items():
            best = found.best
            unit = f"{'' if best.high else '-'}{best.letter}{best.unit + 1}"
            print(
                f"{CONCEPTS[concept].title:<18} {best.score:>6.3f} {unit:>7} {found.character:>9.3f} "
                f"{found.untrained.score:>9.3f} {found.together:>8.3f}  {found.verdict}"
            )


if __name__ == "__main__":
    main()
