import fc from 'fast-check';
import { anyMarkdown } from '../fixtures/arbitrary-card';
import { objectionsToPart } from '../fixtures/strict-view';
import { actsWhenTapped } from '../fixtures/tappable';
import { LANGUAGES, type Language } from '../words/language';
import { en } from '../words/locales/en';
import { ru } from '../words/locales/ru';
import { zh } from '../words/locales/zh';
import { en as requestsEn } from '../features/permissions/words/en';
import { ru as requestsRu } from '../features/permissions/words/ru';
import { zh as requestsZh } from '../features/permissions/words/zh';
import { wordsIn } from '../words/words';
import { agentRich, draftOf, guarded, withoutTaps } from './agent-text';
import { newCard, type Card } from './model';
import { renderPush } from './push';
import { renderCard, renderFinished } from './render';
import { plain } from './rich';

const languages = Object.keys(LANGUAGES) as Language[];

const codeIn = (markdown: string): string[] => {
  const { text, entities } = agentRich(markdown);
  return entities.filter((e) => e.type === 'code').map((e) => text.slice(e.offset, e.offset + e.length));
};

const answered = (text: string): Card => ({
  ...newCard({ session: 's', name: 'demo', agent: 'Claude Code' }),
  phase: 'idle',
  turn: 1,
  outcome: 'done',
  texts: [{ id: 't', message: 'm', text, after: 0 }],
});

describe('what would act when it is tapped is code', () => {
  it.each([
    ['/kill', ['/kill']],
    ['Send /new@my_bot, then /allow.', ['/new@my_bot', '/allow']],
    ['(/kill) "/kill" :/kill', ['/kill', '/kill', '/kill']],
    ['**/ki**ll', ['/kill']],
    ['**a /kill b**', ['/kill']],
    ['/ki\\\nll', ['/ki']],
    ['see tg://resolve?domain=x&start=y now', ['tg://resolve?domain=x&start=y']],
    ['xtg://a and ton://b', ['xtg://a', 'ton://b']],
    ['[t](tg://a)', ['tg://a)']],
  ])('%j', (markdown, code) => {
    expect(codeIn(markdown)).toEqual(code);
    expect(actsWhenTapped(agentRich(markdown))).toEqual([]);
  });

  it('behind any number of commands in a block of code', () => {
    expect(codeIn(`\`\`\`\n${'/a '.repeat(3_000)}\n\`\`\`\n\nThen /kill it.`)).toEqual(['/kill']);
  });

  it('as one block where a text has thousands of them', () => {
    const many = agentRich('/a '.repeat(3_000));
    expect(many.entities.map(({ type }) => type)).toEqual(['pre']);
    expect(actsWhenTapped(many)).toEqual([]);
  });

  it.each([
    '/usr/bin',
    'a/b',
    'https://example.org/kill',
    'and/or',
    '1 / 2',
    '`/kill`',
    '[/kill](https://a.b)',
  ])('but %j stays as it is', (markdown) => {
    expect(codeIn(markdown).filter((code) => code !== '/kill')).toEqual([]);
    expect(actsWhenTapped(agentRich(markdown))).toEqual([]);
  });

  it('leaves text without any untouched', () => {
    const rich = plain('nothing here');
    expect(guarded(rich)).toBe(rich);
  });

  it('in titles, sub-agents, to-dos, errors and the text being written, too', () => {
    const card: Card = {
      ...answered('done'),
      phase: 'working',
      startedAt: 0,
      prompt: '/kill',
      writing: 'now /kill',
      error: { error: '/kill', text: 'tg://a' },
      todos: [{ id: '1', text: '/kill', state: 'doing' }],
      rows: [
        {
          id: 'r',
          n: 1,
          name: '/kill',
          title: '/kill',
          state: 'failed',
          startedAt: 0,
          endedAt: 9,
          summary: '/kill',
        },
      ],
      agents: [
        {
          id: 'a',
          title: '/kill',
          state: 'running',
          startedAt: 0,
          toldAt: 0,
          tools: 1,
          doing: { tool: '/kill', title: 'x' },
        },
      ],
    };
    for (const language of languages) {
      const words = wordsIn(language);
      const views = [
        renderCard(card, 1_000, words.card),
        renderFinished(card, words.card),
        renderPush(card, words),
      ];
      expect(views[0]?.parts[0]?.text).toContain('/kill');
      for (const part of views.flatMap((view) => view.parts)) {
        expect(actsWhenTapped(part)).toEqual([]);
        expect(objectionsToPart(part)).toEqual([]);
      }
    }
  });
});

/** Every text of ccbot as a pattern for the first line of a message. */
const forms = [en, ru, zh, { requestsEn, requestsRu, requestsZh }].flatMap((tables) =>
  Object.values(tables).flatMap((texts) =>
    Object.values(texts as Record<string, string>)
      .map((text) => (text.split('\n')[0] ?? '').replace(/[*_`]/g, ''))
      .filter((line) => /\p{L}{3}|\p{Script=Han}/u.test(line.replace(/\{\{\w+\}\}/g, '')))
      .map((line) => {
        const parts = line.split(/\{\{\w+\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        return new RegExp(`^${parts.join('.+')}$`, 'u');
      }),
  ),
);

/** Text that imitates ccbot. */
const imitation = fc.constantFrom(
  ...[
    '🔐 demo wants to run',
    '✓ demo · done',
    '✓ Allowed',
    '❓ demo has a question',
    '↪ demo · 2/2',
    '\u200b✓ demo',
  ],
  ...[
    '⚠ unknown error',
    '▸ Bash `ls`',
    '● other · ready',
    '💤 demo',
    'demo ended.',
    '⌨ Answered at the terminal.',
  ],
);

const anyAnswer = fc
  .array(
    fc.oneof(anyMarkdown(20), imitation, fc.constantFrom('\n', '\n\n', '> ', '- ', 'word '.repeat(600))),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

it('starts every message with a line that the agent cannot choose, and that ccbot uses for nothing else', () => {
  fc.assert(
    fc.property(anyAnswer, fc.constantFrom(...languages), (text, language) => {
      const { parts } = renderFinished(answered(text), wordsIn(language).card);
      const messages = parts.filter(({ file }) => file === undefined);
      const [heading] = (renderFinished(answered(''), wordsIn(language).card).parts[0]?.text ?? '').split(
        '\n',
      );
      messages.forEach((part, i) => {
        const [first = ''] = part.text.split('\n');
        expect(first).toBe(i === 0 ? heading : `↪ demo · ${i + 1}/${messages.length}`);
        expect(forms.filter((form) => form.test(first))).toEqual([]);
        expect(actsWhenTapped(part)).toEqual([]);
        expect(objectionsToPart(part)).toEqual([]);
      });
      expect(draftOf('demo', text).split('\n')[0]).toMatch(/^✍(?: demo)?$/);
    }),
    { numRuns: 300 },
  );
});

it('starts no line of an agent with a sign of ccbot, except in blocks of code', () => {
  fc.assert(
    fc.property(anyAnswer, (text) => {
      const rich = agentRich(text);
      const blocks = rich.entities.filter(({ type }) => type === 'pre');
      let at = 0;
      for (const line of rich.text.split('\n')) {
        const isCode = blocks.some(({ offset, length }) => offset <= at && at < offset + length);
        if (!isCode) expect(line).not.toMatch(/^[\s\p{Cf}\p{M}]*[▸✓✗■●○◐⏳⌛❯✍⚠❓💤↪↻⌨🔐📋🤖]/u);
        at += line.length + 1;
      }
    }),
    { numRuns: 300 },
  );
});

it('marks such a line, and moves the styles along', () => {
  expect(guarded({ text: 'a\n✓ demo · done', entities: [{ type: 'bold', offset: 4, length: 4 }] })).toEqual({
    text: 'a\n› ✓ demo · done',
    entities: [{ type: 'bold', offset: 6, length: 4 }],
  });
  expect(withoutTaps(plain('✓ a'))).toEqual(plain('✓ a'));
});
