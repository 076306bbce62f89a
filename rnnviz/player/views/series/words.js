// How steps of time are called.

/** So many steps: "1 day", "7 days", "12 steps of 5 minutes". */
export function stepsInWords(count, step) {
  const counted = count.toLocaleString("en");
  if (/^\d/.test(step)) return `${counted} ${count === 1 ? "step" : "steps"} of ${step}`;
  return `${counted} ${step}${count === 1 ? "" : "s"}`;
}

/** The last of the steps that are read: "the last day", "the last 7 days". */
export const lastInWords = (count, step) => `the last ${stepsInWords(count, step).replace(/^1 /, "")}`;
