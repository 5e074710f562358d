import { visible, type Visible } from '../../cards/visible';

/** A name that needs no quotes. */
const NAME = /^[A-Za-z_][\w.-]*$/;

/**
 * A tool's input, one field a line: JSON behind the field's name, so that `false`, `"false"`, `null` and `""` differ. A
 * `\n` in a string is followed by a line break, which is no part of it.
 */
export function jsonLines(input: unknown): Visible {
  const isFields = typeof input === 'object' && input !== null && !Array.isArray(input);
  const entries = isFields ? Object.entries(input) : [];
  if (entries.length === 0) return jsonOf(input);
  const lines = entries.map(([key, value]) => {
    const json = jsonOf(value);
    const name = NAME.test(key) ? { text: key, isOdd: false } : jsonOf(key);
    return { text: `${name.text}: ${json.text}`, isOdd: json.isOdd || name.isOdd };
  });
  return { text: lines.map(({ text }) => text).join('\n'), isOdd: lines.some(({ isOdd }) => isOdd) };
}

function jsonOf(value: unknown): Visible {
  let hasEscapes = false;
  const json = JSON.stringify(value, null, 2).replace(
    /\\(.)/g,
    (escape, letter: string, at: number, whole: string) => {
      if (letter === 'n') return whole[at + 2] === '"' ? escape : '\\n\n';
      // Control characters, and halves of surrogate pairs.
      if ('ubfr'.includes(letter)) hasEscapes = true;
      return escape;
    },
  );
  const { text, isOdd } = visible(json);
  return { text, isOdd: isOdd || hasEscapes };
}
