import fc from 'fast-check';
import { readButton } from '../button';
import { revealButton } from './button';
import { anyMarkdown } from '../../fixtures/arbitrary-card';
import { richOf } from '../markdown';
import { maskRich } from './mask';
import { paginate } from '../paginate';
import { findSecrets, MASK } from './secrets';
import { objectionsTo, objectionsToPart } from '../../fixtures/strict-view';
import { redactView } from './redact-view';
import type { Part } from '../view';
import { wordsIn } from '../../words/words';

const parseButton = (data: string) => readButton(new Map([[revealButton.verb, revealButton]]), data);

const KEY = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const words = wordsIn('en').outbox;
const withOpen = (...open: number[]) => ({ known: [], reveal: { id: 'abc', open, words } });
const options = withOpen();
const text = (value: string): Part => ({ text: value, entities: [] });

it('leaves a view alone in which there is nothing to mask', () => {
  const view = { parts: [text('hello')] };
  expect(redactView(view, options)).toEqual({ view, hidden: [] });
});

it('masks, with a button that shows the message and, under the shown one, a button that masks it again', () => {
  const own = [[{ text: 'Stop', data: 'stop:x' }]];
  const view = { parts: [text('one'), { ...text(`key ${KEY}`), buttons: own }] };
  const { view: masked, hidden } = redactView(view, options);
  expect(hidden).toEqual([1]);
  expect(masked.parts.map((p) => p.text)).toEqual(['one', `key ghp_${MASK}`]);
  expect(masked.parts[1]?.buttons?.[0]).toEqual(own[0]);
  const [button] = masked.parts[1]?.buttons?.[1] ?? [];
  expect(parseButton(button?.data ?? '')).toEqual({ do: 'reveal', id: 'abc', part: 1, show: true });
  const open = redactView(view, withOpen(1)).view.parts[1];
  expect(open?.text).toBe(`key ${KEY}`);
  expect(parseButton(open?.buttons?.[1]?.[0]?.data ?? '')).toMatchObject({ show: false });
  expect(objectionsTo(masked)).toEqual([]);
});

it('masks captions and the files made of an answer', () => {
  const content = { bytes: new TextEncoder().encode(`TOKEN=${KEY}\n`) };
  const file = { name: 'code.sh', as: 'document' as const, content };
  const { view } = redactView({ parts: [{ ...text('see'), file }] }, options);
  const made = view.parts[0]?.file?.content;
  expect(made !== undefined && 'bytes' in made && new TextDecoder().decode(made.bytes)).toBe(
    `TOKEN=ghp_${MASK}\n`,
  );
  expect(view.parts[0]?.buttons).toHaveLength(1);
  const path = { ...text(KEY), file: { ...file, content: { path: '/x' } } };
  expect(redactView({ parts: [path] }, options).view.parts[0]).toEqual({ ...path, text: `ghp_${MASK}` });
  const kept = { ...text(KEY), file: { ...file, content: { kept: { id: 'x', sha: 'y', size: 1 } } } };
  expect(redactView({ parts: [kept] }, options).view.parts[0]?.buttons).toHaveLength(1);
});

it('masks rich messages too', () => {
  const view = { parts: [text('see'), text(KEY)], rich: [{ ...text(''), markdown: `| ${KEY} |` }] };
  const { view: masked, hidden } = redactView(view, options);
  expect(hidden).toEqual([1, 0]);
  expect(masked.rich?.[0]?.markdown).toBe(`| ghp_${MASK} |`);
  expect(parseButton(masked.rich?.[0]?.buttons?.[0]?.[0]?.data ?? '')).toMatchObject({ part: 0, show: true });
  expect(redactView(view, withOpen(0)).view.rich?.[0]?.markdown).toContain(KEY);
});

it('removes a link to an address with a password', () => {
  const url = 'https://me:hunter2hunter2@example.org/';
  const part = { text: 'here', entities: [{ type: 'text_link' as const, offset: 0, length: 4, url }] };
  expect(maskRich({ ...part, text: `here ${KEY}` }, findSecrets(`here ${KEY}`).secrets).entities).toEqual([]);
});

it('masks a private key that continues in the next message', () => {
  const lines = Array.from({ length: 120 }, () => 'QUJD'.repeat(16)).join('\n');
  const rich = richOf(`\`\`\`\n-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n\`\`\``);
  const { view, hidden } = redactView({ parts: paginate(rich) }, options);
  expect(hidden.length).toBeGreaterThan(1);
  expect(view.parts.some((p) => p.text.includes('QUJD'))).toBe(false);
});

it('makes views that a strict server takes, whatever the text', () => {
  const markdown = fc
    .array(fc.oneof(anyMarkdown(10), fc.constantFrom(KEY, `**${KEY}**`, `||a ${KEY}|| \`${KEY}\``)), {
      maxLength: 12,
    })
    .map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(markdown, fc.integer({ min: 60, max: 400 }), (source, limit) => {
      for (const rich of paginate(richOf(source), limit)) {
        const part = maskRich(rich, findSecrets(rich.text).secrets);
        expect(objectionsToPart(part)).toEqual([]);
      }
      const whole = richOf(source);
      const masked = maskRich(whole, findSecrets(whole.text).secrets).text;
      expect(masked.replace(/\w+ghp_\w+/g, '')).not.toContain(KEY); // in the middle of a word it is none
    }),
    { numRuns: 500 },
  );
});
