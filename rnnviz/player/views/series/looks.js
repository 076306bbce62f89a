// How what stands in the picture of a forecast is drawn: the same in the chart and in the table beside it.

/** The dashes of simple methods, in their order. */
const DASHES = [
  [1, 4],
  [9, 4],
  [3, 3],
  [9, 3, 2, 3],
  [14, 4],
  [2, 2, 6, 2],
];

/** The two ways of a network, by which of them is chosen: the other is drawn thinner. */
export const networkLook = ({ variant }, isChosen) =>
  isChosen
    ? { kind: "curve chosen-way", colour: variant.colour, dash: [] }
    : { kind: "curve other-way", colour: variant.colour, dash: [5, 4] };

/** The simple methods, one after the other. */
export const methodLook = (place) => ({ kind: "curve simple", dash: DASHES[place % DASHES.length] });
