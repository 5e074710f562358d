import { maskRich } from './mask';
import { findSecrets, knownIn, masked, withoutOverlaps, type Secret } from './secrets';
import type { Part, PartFile, View } from '../view';

/** The letters of credentials. None of them means anything to a shell inside a word. */
const LETTERS = /[A-Za-z0-9+/=_-]+/g;

/** A password of letters and harmless signs is masked whole. */
const WORD = /^[A-Za-z0-9+/=_.~%-]+$/;

/** A shorter run beside other characters may be part of a command. */
const RUN_MIN = 16;

/**
 * What is masked in a request: only runs of a credential's own letters. Quotes, `$`, parentheses, white space and whatever
 * else a shell acts on always stay visible, because a secret must not be a place to hide a command in.
 */
export function secretsInRequest(text: string, known: readonly string[]): Secret[] {
  const found = findSecrets(text).secrets.flatMap(({ from, to, show }) => {
    const start = from + show;
    const hidden = text.slice(start, to);
    return WORD.test(hidden) ? [{ from: start, to, show: 0 }] : runsIn(text, start, to, RUN_MIN);
  });
  for (const { from, to } of knownIn(text, known)) found.push(...runsIn(text, from, to, 1));
  return withoutOverlaps(found);
}

/** The runs of letters from `from` up to `to`, without the sign at the start of a line of a diff. */
function runsIn(text: string, from: number, to: number, least: number): Secret[] {
  const runs: Secret[] = [];
  for (const match of text.slice(from, to).matchAll(LETTERS)) {
    const at = from + match.index;
    const isSign = /[+-]/.test(text.charAt(at)) && (at === 0 || text.charAt(at - 1) === '\n');
    // The letter of an escape, such as the `n` of `\n`.
    const isEscape = text.charAt(at - 1) === '\\';
    const start = isSign || isEscape ? at + 1 : at;
    const end = at + match[0].length;
    if (end - start >= least) runs.push({ from: start, to: end, show: 0 });
  }
  return runs;
}

/** The messages and files of a request with its secrets masked. */
export function maskRequest(view: View, known: readonly string[]): View {
  return { ...view, parts: view.parts.map((part) => maskPart(part, known)) };
}

function maskPart(part: Part, known: readonly string[]): Part {
  const secrets = secretsInRequest(part.text, known);
  const file = part.file === undefined ? undefined : maskFile(part.file, known);
  return {
    ...part,
    ...(secrets.length === 0 ? {} : maskRich(part, secrets)),
    ...(file === undefined ? {} : { file }),
  };
}

function maskFile(file: PartFile, known: readonly string[]): PartFile {
  if (!('bytes' in file.content)) return file;
  const text = new TextDecoder().decode(file.content.bytes);
  const bytes = new TextEncoder().encode(masked(text, secretsInRequest(text, known)));
  return { ...file, content: { bytes } };
}
