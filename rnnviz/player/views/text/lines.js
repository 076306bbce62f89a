// What characters can be coloured by beside the values of the cell: names that no equation can have.

/** How much what came surprised, in bits. */
export const SURPRISE = "y.surprise";
/** How probable what came was. */
export const PROBABILITY = "y.probability";
