/** A key press at the terminal; ccbot types the same way. */
export type Key =
  | { key: 'text'; text: string }
  | { key: 'newline' }
  | { key: 'enter' }
  | { key: 'escape' }
  | { key: 'backspace' }
  | { key: 'clear-line' }
  | { key: 'interrupt' };

const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';

/** Reads keys from a raw terminal and joins a paste that arrives in several chunks. */
export interface KeyReader {
  feed(chunk: string): Key[];
}

export function createKeyReader(): KeyReader {
  let paste: string | null = null;

  function feed(chunk: string): Key[] {
    const keys: Key[] = [];
    let rest = chunk;
    while (rest !== '') {
      if (paste !== null) {
        const end = rest.indexOf(PASTE_END);
        if (end < 0) {
          paste += rest;
          return keys;
        }
        keys.push({ key: 'text', text: (paste + rest.slice(0, end)).replace(/\r\n?/g, '\n') });
        paste = null;
        rest = rest.slice(end + PASTE_END.length);
        continue;
      }
      if (rest.startsWith(PASTE_BEGIN)) {
        paste = '';
        rest = rest.slice(PASTE_BEGIN.length);
        continue;
      }
      const [length, key] = firstKey(rest);
      if (key !== null) keys.push(key);
      rest = rest.slice(length);
    }
    return keys;
  }

  return { feed };
}

/** The length of the first key in the text, and the key; null for a key that does nothing here. */
function firstKey(text: string): [length: number, key: Key | null] {
  // oxlint-disable-next-line no-control-regex
  const sequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O.)/.exec(text);
  if (sequence !== null) return [sequence[0].length, null];
  switch (text.charAt(0)) {
    case '\u001b':
      return [1, { key: 'escape' }];
    case '\r':
      return [1, { key: 'enter' }];
    case '\n':
      return [1, { key: 'newline' }];
    case '\u007f':
    case '\b':
      return [1, { key: 'backspace' }];
    case '\u0015':
      return [1, { key: 'clear-line' }];
    case '\u0003':
      return [1, { key: 'interrupt' }];
    default:
      break;
  }
  // oxlint-disable-next-line no-control-regex
  const plain = /^[^\u0000-\u001f\u007f]+/.exec(text);
  return plain === null ? [1, null] : [plain[0].length, { key: 'text', text: plain[0] }];
}
