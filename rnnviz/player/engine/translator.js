// An encoder-decoder as the server describes it: reads words, writes words, and keeps all that it computes. Nothing here
// touches a page. The twin of rnnviz/translation.py.

import { largest } from "../shell/answers.js";
import { decode } from "./engine.js";
import { compute, join, rowOf, stack } from "./matrices.js";

const decodeAll = (parts) =>
  Object.fromEntries(
    Object.entries(parts).map(([part, weights]) => [
      part,
      Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, decode(array)])),
    ]),
  );

export class Translator {
  /**
   * @param description {cell, equations, weights, longest}: the cell, the equations of "bridge", "attention", "attended",
   *   "words" and "aligned", and the encoded weights of each part; see `rnnviz.player.payload.translation`
   */
  constructor({ cell, equations, weights, longest }) {
    Object.assign(this, { cell, equations, longest, weights: decodeAll(weights) });
    this.encoders = Object.keys(weights)
      .filter((part) => part.startsWith("encoder"))
      .sort()
      .map((part) => this.weights[part]);
    this.hiddenSize = this.weights.attended.b_q.length;
    this.looks = equations.attention.some(({ target }) => target === "a");
  }

  read(weights, x, states) {
    const previous = Object.fromEntries(this.cell.state.map((name) => [`${name}'`, states[name]]));
    return compute(this.cell.equations, { ...weights, ...previous, x });
  }

  /** What the encoder makes of words, given as codes: annotations (T, H), their summary, the decoder's first states. */
  encode(codes) {
    const [ends, columns] = [[], []];
    const [first] = this.cell.state;
    this.encoders.forEach((weights, number) => {
      const size = this.hiddenSize / this.encoders.length;
      let states = Object.fromEntries(this.cell.state.map((name) => [name, new Float64Array(size)]));
      const hidden = (number ? codes.toReversed() : codes).map((code) => {
        states = this.read(weights, rowOf(this.weights.source.E, code), states);
        return states[first];
      });
      ends.push(hidden.at(-1));
      columns.push(number ? hidden.toReversed() : hidden);
    });
    const annotations = stack(codes.map((_, place) => join(columns.map((hidden) => hidden[place]))));
    const summary = join(ends);
    return { annotations, summary, states: compute(this.equations.bridge, { ...this.weights.bridge, s: summary }) };
  }

  /** What every equation of the decoder gives after it has read a word, with another alignment if one is given. */
  step({ annotations, summary }, states, code, alignment = null) {
    const { weights, equations } = this;
    const values = this.read(weights.decoder, rowOf(weights.target.E, code), states);
    const h = values[this.cell.state[0]];
    const looked = compute(equations.attention, { ...weights.attention, S: annotations, s: summary, h });
    if (alignment && this.looks) {
      Object.assign(looked, { a: alignment, ...compute(equations.aligned, { a: alignment, S: annotations }) });
    }
    const attended = compute(equations.attended, { ...weights.attended, m: looked.m, h });
    return { ...values, ...looked, ...attended, ...compute(equations.words, { ...weights.words, ...attended }) };
  }

  /**
   * Translate by taking the likeliest word at each step.
   *
   * @param codes what is read
   * @param alignmentAt from a step, the alignment to be used there, or null for the network's own
   * @returns {annotations, summary, steps: [{read, said, values}]}
   */
  translate(codes, alignmentAt = () => null) {
    if (this.encoded?.codes.join() !== codes.join()) this.encoded = { codes, ...this.encode(codes) };
    const { codes: _, ...encoded } = this.encoded;
    let [states, code] = [encoded.states, 0];
    const steps = [];
    while (steps.length < this.longest) {
      const values = this.step(encoded, states, code, alignmentAt(steps.length));
      const said = largest(values.y);
      steps.push({ read: code, said, values });
      if (!said) break;
      [states, code] = [values, said];
    }
    return { ...encoded, steps };
  }
}
