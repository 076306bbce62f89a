"""The lessons that ship with the app. What each says is tested on the networks that it shows."""

from __future__ import annotations

from rnnviz.lessons.lesson import GuessChanges, Lesson, Prediction, Remembered

#: In the order in which the home page lists them.
LESSONS: tuple[Lesson, ...] = (
    Lesson(
        page="step_through",
        settings={"step": "5", "unit": "4"},
        title="Units are not time steps",
        question=(
            "The LSTM reads “annabel”, one letter at a time. Step through the name with the arrow keys, then type a "
            "longer name. **Which of the two numbers grows: the columns of the strip, or the rows?**"
        ),
        look_for=(
            "- A column is one time step, a row is one unit, and every step has a value for every unit.\n"
            "- A longer name has more columns, never more rows: the units belong to the network.\n"
            "- The weights are the same at every step; what is read and the state before differ."
        ),
        shows=("input", "equations"),
    ),
    Lesson(
        page="gates",
        settings={"text": "christopher", "what_if": "hold lstm f all 0.5", "step": "12"},
        title="Why a gate is not a switch",
        question=(
            "Gates are often drawn as switches, open or shut. Here every forget gate of the LSTM is held **half "
            "open**, and the GRU and the Elman RNN are left alone."
        ),
        look_for=(
            "- Undo the change and look at the forget gate's map: most values are neither 0 nor 1.\n"
            "- The scatter below counts them over names the network never saw.\n"
            "- Half open means that half of the cell state is kept at each step, a quarter after two, an eighth after "
            "three."
        ),
        shows=("input", "what_if", "memory", "saturation"),
        prediction=Prediction(
            "With every forget gate half open, does the LSTM expect another letter after the last one?",
            GuessChanges("lstm", 12),
        ),
    ),
    Lesson(
        page="gates",
        settings={
            "network": "random",
            "hidden_size": "24",
            "text": "abcdefghijklmnopqrstuvwxyzabcd",
            "what_if": "hold lstm f all 1",
            "step": "2",
        },
        title="What the cell state adds",
        question=(
            "Three networks with random weights read thirty letters. In the LSTM the forget gates are held **open**: "
            "the cell state only adds up. The Elman RNN has no cell state."
        ),
        look_for=(
            "- *How long is it held?* shows what the second step's letter still changes in each cell.\n"
            "- Undo the change: untrained, with its gates near one half, the LSTM forgets as fast as the Elman RNN. "
            "A cell state alone keeps nothing, its open gate does. That is why LSTMs start with a large forget bias."
        ),
        shows=("input", "what_if", "memory"),
        prediction=Prediction(
            "With the LSTM's forget gates open, is the first letter still remembered at the last?",
            Remembered("lstm", 2),
        ),
    ),
    Lesson(
        page="gates",
        settings={"what_if": "hold lstm f all 0", "step": "2"},
        title="Forgetting takes more than the forget gate",
        question=(
            "The forget gate of every unit of the LSTM is held at **0**: at each step the whole cell state is thrown "
            "away before the new candidate is written."
        ),
        look_for=(
            "- The candidate and the gates are computed from the hidden state of the step before: that path stays "
            "open.\n"
            "- In *Where the cell state came from* nothing is kept, yet what is written still depends on the past.\n"
            "- With the forget gate at 0 an LSTM is much like an Elman RNN with two gates."
        ),
        shows=("input", "what_if", "memory"),
        prediction=Prediction(
            "With every forget gate at 0, is the first letter of the name still remembered at the last?",
            Remembered("lstm", 2),
        ),
    ),
    Lesson(
        page="gates",
        settings={"what_if": "hold gru z all 1", "step": "8"},
        title="A gate that copies",
        question=(
            "The update gate of the GRU says which share of the **old** state stays. Here it is held at 1 in every "
            "unit."
        ),
        look_for=(
            "- The state is copied from step to step, to the last bit; it started at zero and stays there.\n"
            "- The candidate is still computed at every step, and thrown away.\n"
            "- Hold the update gate at 0 and the reset gate at 1: then the GRU is an Elman RNN with one more bias."
        ),
        shows=("input", "what_if", "memory"),
        prediction=Prediction(
            "With the update gate at 1, does the GRU remember the first letter of the name at the last?",
            Remembered("gru", 2),
        ),
    ),
    Lesson(
        page="gates",
        settings={"what_if": "read 2 i", "step": "8"},
        title="How far does one letter reach?",
        question=(
            "The networks read “innabel” instead of “annabel”. The maps below each state show the **difference** that "
            "one letter makes."
        ),
        look_for=(
            "- The difference is nothing before the changed letter and largest where it is read.\n"
            "- It fades, but not at the same pace in every cell and unit.\n"
            "- Choose another step and another letter under *Input*."
        ),
        shows=("input", "what_if", "memory"),
        prediction=Prediction(
            "Seven letters later, at the last step, does the LSTM expect something else than it did?",
            GuessChanges("lstm", 8),
        ),
    ),
    Lesson(
        page="compare",
        settings={"task": "lag"},
        title="How the weights start",
        question=(
            "Each network reads one symbol that matters, then a hundred that do not, and must say which it was. "
            "**Which of the three learn it as PyTorch starts them? Then choose *Chrono* under *Weights start*.**"
        ),
        look_for=(
            "- As PyTorch starts them LSTM and GRU stay at chance with every seed, and some Elman RNNs learn it: not "
            "what is said of them.\n"
            "- Chrono gives the gates biases that keep the state for up to a hundred steps. Both gated cells then "
            "learn it, sooner than any Elman RNN.\n"
            "- It changes nothing in the Elman RNN, which has no gate."
        ),
        shows=("initialisation", "cells"),
    ),
    Lesson(
        page="attention",
        settings={"sentence": "ninety-seven thousand four hundred twelve"},
        title="Where a translator looks",
        question=(
            "German says the units before the tens: *sieben-und-neunzig*, seven and ninety. **Step through the "
            "translation: at which words does the decoder look, and when does it go back?**"
        ),
        look_for=(
            "- Its first word looks at the second word read: the ribbons cross.\n"
            "- Make a step look elsewhere by dragging along its row, and read what it says then.\n"
            "- Choose *None* under *Attention*: the translation is as right, and nobody can say where it came from."
        ),
        shows=("sentence", "attention"),
    ),
    Lesson(
        page="attention",
        settings={"known": "short", "sentence": "123456"},
        title="Longer than anything it has seen",
        question=(
            "This network translates every held-out number below 100,000 without a mistake. It knows each of the words "
            "below. **What does it make of a number with one digit more than any it has learned from?**"
        ),
        look_for=(
            "- What it writes is too short: it has never had to go on for so long.\n"
            "- Under *Decode* the right words become unlikely where the number grows too long for it.\n"
            "- Choose *Up to 999,999*: the same network that has seen such numbers has no trouble."
        ),
        shows=("sentence", "known"),
    ),
)
