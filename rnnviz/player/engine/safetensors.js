// Arrays from a file in the safetensors format: eight bytes that say how long a header in JSON is, the header, the numbers.
// Nothing here touches a page.

const LENGTH_BYTES = 8;

/** How the numbers of a type are read: the size of one in bytes, one from a view, and what they are kept in. */
const TYPES = {
  F64: { size: 8, number: (view, place) => view.getFloat64(place, true), kept: Float64Array },
  F32: { size: 4, number: (view, place) => view.getFloat32(place, true), kept: Float64Array },
  F16: { size: 2, number: (view, place) => float16(view.getUint16(place, true)), kept: Float64Array },
  U8: { size: 1, number: (view, place) => view.getUint8(place), kept: Uint8Array },
};

/** The number whose 16 bits these are (IEEE 754 binary16). */
function float16(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/**
 * The arrays of a file by their names: vectors and matrices of the engine; bytes stay bytes.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Record<string, any>}
 * @throws {Error} with a sentence, where the bytes are not such a file or hold other numbers
 */
export function readSafetensors(buffer) {
  const { header, start } = headerOf(buffer);
  const { __metadata__: _, ...entries } = header;
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, arrayOf(buffer, start, name, entry)]),
  );
}

function headerOf(buffer) {
  const size = buffer.byteLength < LENGTH_BYTES ? NaN : Number(new DataView(buffer).getBigUint64(0, true));
  const start = LENGTH_BYTES + size;
  if (!(start <= buffer.byteLength)) throw refused("it is shorter than it says");
  try {
    const header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, LENGTH_BYTES, size)),
    );
    if (isObject(header)) return { header, start };
  } catch {
    // said below
  }
  throw refused("its header cannot be read");
}

function arrayOf(buffer, start, name, entry) {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : null;
  if (!type) throw refused(`the numbers of ${name} are none of ${Object.keys(TYPES).join(", ")}`);
  if (!isShape(shape)) throw refused(`${name} is neither a vector nor a matrix`);
  const count = shape.reduce((a, b) => a * b, 1);
  const [from, to] = Array.isArray(offsets) ? offsets : [];
  if (!(from >= 0 && to - from === count * type.size && start + to <= buffer.byteLength))
    throw refused(`the numbers of ${name} are not where it says`);
  const view = new DataView(buffer, start + from, to - from);
  const values = type.kept.from({ length: count }, (_, k) => type.number(view, k * type.size));
  return shape.length === 2 ? { rows: shape[0], columns: shape[1], values } : values;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isShape = (shape) =>
  Array.isArray(shape) &&
  (shape.length === 1 || shape.length === 2) &&
  shape.every((n) => Number.isInteger(n) && n >= 0);
const refused = (why) => new Error(`This is not a file of weights in the safetensors format: ${why}.`);
