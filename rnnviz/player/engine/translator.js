// An encoder-decoder as the server describes it: reads words, writes words, and keeps all that it computes. Nothing here
// touches a page. The twin of rnnviz/networks/translator.py.

import { decodeAll, join, largest, rowOf, stack } from "./arrays.js";
import { compute } from "./expressions.js";
import { unitsOf } from "./trace.js";

/** @import { TranslationParts } from "../shell/types.js" */

export class Translator {
  /**
   * @param {Pick<TranslationParts, "cell" | "equations" | "roles" | "weights" | "longest">} description
   */
  constructor({ cell, equations, roles, weights, longest }) {
    const parts = Object.entries(weights).map(([part, arrays]) => [part, decodeAll(arrays)]);
    this.cell = cell;
    this.equations = equations;
    this.roles = roles;
    this.longest = longest;
    this.weights = Object.fromEntries(parts);
    /** @type {any} what was encoded last, with its `codes` */
    this.encoded = null;
    this.encoders = Object.keys(weights)
      .filter((part) => part.startsWith("encoder"))
      .sort()
      .map((part) => this.weights[part]);
    this.looks = equations.attention.some(({ target }) => target === roles.alignment);
  }

  /** The states that the cell has after it has read a word, and all that it computed for them. */
  read(weights, embedding, states) {
    const previous = Object.fromEntries(this.cell.state.map((name) => [`${name}'`, states[name]]));
    return compute(this.cell.equations, { ...weights, ...previous, [this.cell.input]: embedding });
  }

  embedded(vocabulary, code) {
    return rowOf(this.weights[vocabulary][this.roles.embedding], code);
  }

  /** What the encoder makes of words, given as codes: annotations (T, H), their summary, the decoder's first states. */
  encode(codes) {
    /** @type {Float64Array[]} */
    const ends = [];
    /** @type {Float64Array[][]} */
    const columns = [];
    const [first] = this.cell.state;
    this.encoders.forEach((weights, number) => {
      const size = unitsOf(this.cell, weights);
      let states = Object.fromEntries(this.cell.state.map((name) => [name, new Float64Array(size)]));
      const hidden = (number ? codes.toReversed() : codes).map((code) => {
        states = this.read(weights, this.embedded("source", code), states);
        return states[first];
      });
      ends.push(hidden.at(-1));
      columns.push(number ? hidden.toReversed() : hidden);
    });
    const annotations = stack(codes.map((_, place) => join(columns.map((hidden) => hidden[place]))));
    const summary = join(ends);
    const { bridge } = this.equations;
    const states = compute(bridge, { ...this.weights.bridge, [this.roles.summary]: summary });
    return { annotations, summary, states };
  }

  /** What the equations of the attention read, of an encoded source and a decoder's values. */
  seen({ annotations, summary }, values) {
    const { roles } = this;
    return {
      ...this.weights.attention,
      [roles.annotations]: annotations,
      [roles.summary]: summary,
      [roles.state]: values[this.cell.state[0]],
    };
  }

  /** What every equation of the decoder gives after it has read a word, with another alignment if one is given. */
  step(encoded, states, code, /** @type {Float64Array | null} */ alignment = null) {
    const { weights, equations, roles } = this;
    const values = this.read(weights.decoder, this.embedded("target", code), states);
    const seen = this.seen(encoded, values);
    const looked = compute(equations.attention, seen);
    if (alignment && this.looks) {
      looked[roles.alignment] = alignment;
      Object.assign(looked, compute(equations.aligned, { ...seen, [roles.alignment]: alignment }));
    }
    const attended = compute(equations.attended, { ...weights.attended, ...seen, ...looked });
    return { ...values, ...looked, ...attended, ...compute(equations.words, { ...weights.words, ...attended }) };
  }

  /**
   * Translate by taking the likeliest word at each step.
   *
   * @param codes what is read
   * @param {(step: number) => Float64Array | null} alignmentAt from a step, the alignment to be used there, or null for the network's own
   * @returns what is computed, {annotations, summary, steps: [{read, said, values}]}
   */
  translate(codes, alignmentAt = (_step) => null) {
    if (this.encoded?.codes.join() !== codes.join()) this.encoded = { codes, ...this.encode(codes) };
    const { codes: _, ...encoded } = this.encoded;
    let [states, code] = [encoded.states, 0];
    const steps = [];
    while (steps.length < this.longest) {
      const values = this.step(encoded, states, code, alignmentAt(steps.length));
      const said = largest(values[this.roles.answer]);
      steps.push({ read: code, said, values });
      if (!said) break;
      [states, code] = [values, said];
    }
    return { ...encoded, steps };
  }
}

/** Words as the language writes them: the twin of `write` in rnnviz/data/number_words.py. */
export function writtenTogether({ gap, hyphenated: [first, second] }, words) {
  const before = (word, k) => (first.includes(words[k - 1]) && second.includes(word) ? "-" : gap);
  return words.map((word, k) => (k ? before(word, k) + word : word)).join("");
}
