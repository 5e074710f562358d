import { read, repositoryFiles } from './files';

/** What is said in the chat goes through one of these, or stands as the text of a button; the rest of the line is looked at. */
const SAID =
  /(?:\b(?:say|ack|tell|renderNotice|notice|answerTap)\((?!'(?:info|warn|error)')|\btext:)([^\n]*)/g;
const LITERAL = /(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g;

/** What a person reads, outside of what is put in: several words, or one that begins as a sentence does; a key has neither. */
const WORD = /\p{L}{2,}.*\s|\s.*\p{L}{2,}|^\P{L}*\p{Lu}\p{L}/u;

function sentencesIn(source: string): string[] {
  return [...source.matchAll(SAID)]
    .flatMap(([, rest = '']) => [...rest.matchAll(LITERAL)].map(([, , text = '']) => text))
    .filter((text) => WORD.test(text.replace(/\$\{[^}]*\}/g, '')));
}

/** Not the chat: what is written to agents, terminals and logs, what names files, what a view is checked for, and the words themselves. */
const ELSEWHERE =
  /^packages\/worker\/src\/(words|agents|canary|doctor|hook|picture|terminal|store|telegram|observe|fixtures)\/|\.test\.ts$|\/fixtures\//;

it('finds a sentence that is written where it is said', () => {
  expect(sentencesIn("say('No session is called so.')")).toEqual(['No session is called so.']);
  expect(sentencesIn('renderNotice(`There are ${n} files.`)')).toHaveLength(1);
  expect(sentencesIn("[{ text: 'Delete it', data }]")).toEqual(['Delete it']);
  expect(sentencesIn("notice(chatId, 'key', 'It broke.')")).toHaveLength(1);
  expect(sentencesIn("say(words.noSessions); ack(); tell('📎', words.x); ({ text: `${n}/${of}` })")).toEqual(
    [],
  );
});

it('has no sentence of the chat outside of its words', () => {
  const found = repositoryFiles()
    .filter(
      (path) => path.startsWith('packages/worker/src/') && path.endsWith('.ts') && !ELSEWHERE.test(path),
    )
    .flatMap((path) => sentencesIn(read(path)).map((text) => `${path}: ${text}`));
  expect(found).toEqual([]);
});
