// Reads: packages/*.ts
import { read, repositoryFiles } from './files';

/** Texts for the chat are arguments of these calls, or the `text` of a button. Captures the rest of the line. */
const CHAT_TEXT =
  /(?:\b(?:say|ack|tell|renderNotice|notice|answerTap)\((?!'(?:info|warn|error)')|\btext:)([^\n]*)/g;
const LITERAL = /(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g;

/** Several words, or a word that begins a sentence. Keys and identifiers are neither. */
const WORDS = /\p{L}{2,}.*\s|\s.*\p{L}{2,}|^\P{L}*\p{Lu}\p{L}/u;

function sentencesIn(source: string): string[] {
  return [...source.matchAll(CHAT_TEXT)]
    .flatMap(([, rest = '']) => [...rest.matchAll(LITERAL)].map(([, , text = '']) => text))
    .filter((text) => WORDS.test(text.replace(/\$\{[^}]*\}/g, '')));
}

/** Texts for agents, terminals and logs, reasons of errors, and the words themselves. */
const NOT_FOR_THE_CHAT =
  /^packages\/worker\/src\/(agents|canary|cluster\/survey|doctor|hook|telegram|terminal|fixtures)\/|\/words\/|\.test\.ts$|\/fixtures\//;

it('finds a sentence outside of the words', () => {
  expect(sentencesIn("say('No session is called so.')")).toEqual(['No session is called so.']);
  expect(sentencesIn('renderNotice(`There are ${n} files.`)')).toHaveLength(1);
  expect(sentencesIn("[{ text: 'Delete it', data }]")).toEqual(['Delete it']);
  expect(sentencesIn("notice(chatId, 'key', 'It broke.')")).toHaveLength(1);
  expect(sentencesIn("say(words.noSessions); ack(); tell('📎', words.x); ({ text: `${n}/${of}` })")).toEqual(
    [],
  );
});

it('keeps every sentence of the chat in the words', () => {
  const found = repositoryFiles()
    .filter((path) => path.startsWith('packages/worker/src/') && path.endsWith('.ts'))
    .filter((path) => !NOT_FOR_THE_CHAT.test(path))
    .flatMap((path) => sentencesIn(read(path)).map((text) => `${path}: ${text}`));
  expect(found).toEqual([]);
});
