"""The lessons that ship with the app. What each says is tested on the networks that it shows."""

from __future__ import annotations

from rnnviz.lessons.checks import (
    EndsLower,
    Explained,
    Fate,
    FitsBest,
    Follows,
    GuessChanges,
    LearnsFirst,
    LooksMost,
    Padding,
    Reaches,
    Remembered,
    RemembersBest,
    TranslatedRight,
    Units,
    Widest,
)
from rnnviz.lessons.lesson import Lesson, Prediction

#: In the order in which the home page lists them.
LESSONS: tuple[Lesson, ...] = (
    Lesson(
        page="step_through",
        settings={"cell": "elman", "step": "5", "unit": "4"},
        title="Units are not time steps",
        question=(
            "An Elman RNN with 24 units reads “annabel”, one letter at a time: a start mark and 7 letters. Each of the "
            "24 units has a value of its own at every step."
        ),
        look_for=(
            "- A column is one time step, a row is one unit, and every step has a value for every unit.\n"
            "- Type a longer name: it has more columns, never more rows. The units belong to the network.\n"
            "- The weights are the same at every step; what is read and the state before differ."
        ),
        shows=("input", "equations"),
        prediction=Prediction(
            "How many numbers does it hand on from the last letter to a next step?",
            Units("elman"),
        ),
    ),
    Lesson(
        page="step_through",
        settings={
            "cell": "elman",
            "network": "numbers",
            "series": "typed",
            "numbers": "1, 0, 0, 0",
            "seed": "5",
            "hidden_size": "1",
            "number_scale": "1",
        },
        title="One unit, unrolled",
        question=(
            "An Elman RNN with a **single unit** reads 1, 0, 0, 0. At each step it makes its state from the number it "
            "reads and from its own state one step before: that is the loop, drawn here once for every step."
        ),
        look_for=(
            "- Every column is the same unit with the same three weights, one step later.\n"
            "- After the first step only zeros are read. What is left of the 1 comes through the state alone: each "
            "step keeps a bit more than half of it.\n"
            "- Type more zeros: how many until nothing can be seen of it?"
        ),
        shows=("input", "equations"),
        prediction=Prediction(
            "Three zeros after the 1, is anything of the 1 still in the state?", Remembered("elman", 1)
        ),
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
            "With every forget gate half open, is the LSTM's best guess after the last letter a different one?",
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
            "- Undo the change: as PyTorch starts an LSTM, its forget biases are near 0, its gates near one half. It "
            "forgets as fast as the Elman RNN: the open gate keeps, not the cell state alone.\n"
            "- So a forget bias of 1 is a common start. It opens the gate to 0.73: enough for five steps, not for "
            "thirty. *How the weights start* shows what a longer memory takes."
        ),
        shows=("input", "what_if", "memory"),
        prediction=Prediction(
            "With the LSTM's forget gates open, is the first letter still remembered at the last?",
            Remembered("lstm", 2),
        ),
    ),
    Lesson(
        page="gates",
        settings={"step": "8"},
        title="Which cell remembers best?",
        question=(
            "Three trained networks with 24 units each read “annabel”. Textbooks say that gates make a memory longer. "
            "**Does that settle which of these three knows most of the first letter at the end?**"
        ),
        look_for=(
            "- *How long is it held?* erases a letter and measures what that changes at every later step.\n"
            "- Seven letters are a short way, and to keep more is not to guess better: under *What this network "
            "reached*, on *Step through*, the gated cells are ahead.\n"
            "- Type a longer name, and ask again."
        ),
        shows=("input", "memory"),
        prediction=Prediction(
            "In which cell does erasing the first letter change the hidden state at the last step most?",
            RemembersBest(2),
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
            "Six letters later, at the last step, is the LSTM's best guess a different one?",
            GuessChanges("lstm", 8),
        ),
    ),
    Lesson(
        page="compare",
        settings={"task": "lag"},
        title="How the weights start",
        question=(
            "Each network reads one symbol that matters, then a hundred that do not, and must say which it was. The "
            "weights start as PyTorch draws them."
        ),
        look_for=(
            "- Choose *Chrono* under *Weights start*, and predict again.\n"
            "- As PyTorch starts them LSTM and GRU stay at chance with every seed, and some Elman RNNs learn it: not "
            "what is said of them.\n"
            "- Chrono gives the gates biases that keep the state for up to a hundred steps. Both gated cells then "
            "learn it, sooner than any Elman RNN.\n"
            "- It changes nothing in the Elman RNN, which has no gate."
        ),
        shows=("initialisation", "cells"),
        prediction=Prediction("Which of the three learns it first?", LearnsFirst()),
    ),
    Lesson(
        page="gradients",
        settings={"cell": "elman", "radius": "1"},
        title="A radius of 1 is not safe",
        question=(
            "The recurrent matrix of this Elman RNN has a spectral radius of exactly **1**: by itself it would neither "
            "shrink nor stretch for long. The loss looks at step 50 alone."
        ),
        look_for=(
            "- Each step back multiplies with the slope of tanh too, which is 1 at most and mostly less: *How far back "
            "does it reach?* says what is left.\n"
            "- Choose *Identity*, *ReLU* and a radius of 1.5: each unit feeds itself, nothing bends, and the gradient "
            "explodes.\n"
            "- The LSTM's curve depends on its keeping gate: turn that bias to 5."
        ),
        shows=("start",),
        prediction=Prediction("What becomes of the gradient on its way from step 50 back to step 1?", Fate(1)),
    ),
    Lesson(
        page="gradients",
        settings={"clipping": "true"},
        title="At the edge of a cliff",
        question=(
            "One unit with two numbers to learn, *w* and *b*, has an error surface with a wall. Gradient descent "
            "starts near it, once with the gradient **clipped** to a length of 0.2 and once without."
        ),
        look_for=(
            "- Without clipping one step at the wall throws the descent out of the picture.\n"
            "- Clipping keeps the direction and shortens the step: the wall is still there, but it does not throw.\n"
            "- It helps against gradients that explode. One that has vanished is short already: nothing is clipped."
        ),
        shows=("clipping",),
        prediction=Prediction("Which descent ends at the lower loss?", EndsLower()),
    ),
    Lesson(
        page="gradients",
        settings={"forget_bias": "5", "cut": "10"},
        title="What truncation never tells",
        question=(
            "An LSTM whose keeping gates stand wide open carries the gradient far. To save time and memory, training "
            "often **cuts** it: here every 10 steps, though the sequence has 50."
        ),
        look_for=(
            "- Beyond the cut the gradient is not small but exactly 0: no weight is ever told of a longer memory.\n"
            "- Set the cut to 0: more than 1 % arrives at the first step.\n"
            "- The forward run is the same in both: truncation changes what is learned from, not what is read."
        ),
        shows=("loss",),
        prediction=Prediction("Does at least 1 % of the gradient at the last step arrive at step 1?", Reaches(1, 0.01)),
    ),
    Lesson(
        page="compare",
        settings={"equal": "parameters"},
        title="What is a fair race?",
        question=(
            "An LSTM computes four things at each step where an Elman RNN computes one. Here all three networks get "
            "about as many **weights**, not as many units."
        ),
        look_for=(
            "- With as many units the LSTM would have nearly four times the weights of an Elman RNN, the GRU nearly "
            "three times.\n"
            "- Neither choice is *the* fair one: say which you made. Set *Equal*, under *More settings*, to the hidden "
            "size, and compare.\n"
            "- Equal steps are not equal seconds either."
        ),
        shows=("more", "budget"),
        prediction=Prediction("With about equally many weights, which cell has the most units?", Widest()),
    ),
    Lesson(
        page="compare",
        settings={"show": "batching"},
        title="What padding wastes",
        question=(
            "Sequences that are read side by side must be equally long, so shorter names are filled up to the longest "
            "of their batch. First names are read here, 32 side by side, as they come."
        ),
        look_for=(
            "- The longest name of a batch decides for all of it: larger batches waste more.\n"
            "- Put names of like length together and hardly any padding is left.\n"
            "- Padding costs time. It must not change an answer: the lab compares every name with itself run alone."
        ),
        shows=("show",),
        prediction=Prediction("How many percent of all steps are padding?", Padding(10)),
    ),
    Lesson(
        page="attention",
        settings={"sentence": "ninety-seven thousand four hundred twelve"},
        title="Where a translator looks",
        question=(
            "German says the units before the tens: *sieben-und-neunzig*, seven and ninety. At every step the "
            "decoder looks back at the English words, with weights that it computes itself."
        ),
        look_for=(
            "- Its first word looks at the second word read: the ribbons cross. Step on: when does it go back?\n"
            "- Make a step look elsewhere by dragging along its row, and read what it says then.\n"
            "- Choose *None* under *Attention*: the translation is as right, and nobody can say where it came from."
        ),
        shows=("sentence", "attention"),
        prediction=Prediction(
            "At which word does it look most while it writes its first word, “sieben”?", LooksMost(1)
        ),
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
        prediction=Prediction("Is its translation of 123,456 right?", TranslatedRight()),
    ),
    Lesson(
        page="attention",
        settings={"view": "explains"},
        title="Is it an explanation?",
        question=(
            "The decoder's weights say where it **looked**. That need not be what **decided**: leave a word out and "
            "see how much less likely the answer becomes. Do both point at the same word?"
        ),
        look_for=(
            "- Compare the first map with the third, row by row: each row is coloured by its own largest.\n"
            "- The table compares the whole order of the words, not only the first.\n"
            "- Permuted weights that give the same word would speak against them; see how often they do."
        ),
        shows=("sentence", "attention"),
        prediction=Prediction(
            "For every word it writes, is the word with the most weight also the one whose absence changes most?",
            Explained(),
        ),
    ),
    Lesson(
        page="text",
        settings={"view": "units", "concept": "string"},
        title="A unit that knows where it is",
        question=(
            "An LSTM has learned to write Python programs, one character at a time, and nobody ever told it what a "
            "string is. To go on rightly it helps to know: what comes after `'x` is another matter inside of quotes "
            "than outside. **Where is that known?**"
        ),
        look_for=(
            "- The grey bars are what can be had without the unit: the current character alone, and a network before "
            "any training.\n"
            "- Underlined is what really is inside a string. Where does the colour of the unit come late, or stay?\n"
            "- Choose *In a number* as the concept: a unit follows that too, and it is no finding. Why not?"
        ),
        shows=("units",),
        prediction=Prediction("What tells whether a character stands inside a string?", Follows()),
    ),
    Lesson(
        page="series",
        settings={"view": "trap", "stock": "ibm"},
        title="A forecast that copies yesterday",
        question=(
            "A GRU has read twenty days of IBM’s price and says what it will be on the next. Over 650 days that it has "
            "not learned from, what it says and what comes have a correlation of over 0.99. **How far would you trust "
            "it with your money?** Its line may be drawn earlier, to see which day it tells of."
        ),
        look_for=(
            "- Draw the line of the forecast one day earlier: which day does it know?\n"
            "- The same forecasts as returns: what is left of them, and what does the mean do?\n"
            "- Is there anything about tomorrow that can be foreseen?\n"
            "- Choose another stock and another cell: does anything change?"
        ),
        shows=("series", "cell", "shift"),
        prediction=Prediction("Where does the line of the forecast fit the line of the price best?", FitsBest()),
    ),
)
