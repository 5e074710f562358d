import type { SessionEvent } from '../../sessions/events';
import { HANDOVER_MAX, handoverDocument, type HandoverSource } from './document';

const source = (events: readonly SessionEvent[], more: Partial<HandoverSource> = {}): HandoverSource => ({
  agent: 'Some Agent',
  name: 'shop',
  cwd: '/srv/shop',
  transcriptPath: '/t/one.jsonl',
  asked: 'Build the cart',
  events,
  ...more,
});
const asked = (prompt: string): SessionEvent => ({ type: 'turn.started', at: 1, prompt });
const said = (text: string, id = text): SessionEvent => ({ type: 'text', at: 1, id, message: id, text });

describe('a hand-over', () => {
  it('tells where the session is, what was asked, what is open, what was done, and what was said last', () => {
    const text = handoverDocument(
      source([
        {
          type: 'todos',
          at: 1,
          todos: [
            { id: '0', text: 'cart', state: 'done' },
            { id: '1', text: 'checkout', state: 'open' },
          ],
        },
        asked('and the checkout'),
        { type: 'tool.started', at: 1, id: 't', name: 'Shell', title: 'npm test' },
        { type: 'tool.ended', at: 1, id: 't', ok: false, summary: '' },
        { type: 'tool.started', at: 1, id: 'u', name: 'Patch', title: 'src/cart.ts' },
        said('The tests fail because of the tax.'),
      ]),
    );
    for (const part of [
      'Some Agent',
      '“shop”',
      '/srv/shop',
      '/t/one.jsonl',
      'do not change it',
      'Build the cart',
    ])
      expect(text).toContain(part);
    expect(text).toContain('- checkout');
    expect(text).not.toContain('- cart\n');
    expect(text).toContain('- Shell npm test (failed)\n- Patch src/cart.ts');
    expect(text).toContain('Person: and the checkout\n\nAgent: The tests fail because of the tax.');
    expect(text).toMatch(/wait for my word/);
  });

  it('is bounded, and keeps the end of a long conversation', () => {
    const talk = Array.from({ length: 500 }, (_, i) => [
      asked(`question ${i}`),
      said(`${'long '.repeat(200)}answer ${i}`),
    ]).flat();
    const text = handoverDocument(source(talk, { asked: '🙂'.repeat(50_000) }));
    expect(text.length).toBeLessThanOrEqual(HANDOVER_MAX);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain('answer 499');
    expect(text).not.toContain('answer 3\n');
    expect(text).toMatch(/wait for my word before you change anything\.$/);
  });

  it('says of an empty session only where it is, and tells a queued prompt once', () => {
    const empty = handoverDocument(source([], { asked: '' }));
    expect(empty).not.toContain('##');
    const twice = handoverDocument(
      source([{ type: 'prompt.taken', at: 1, prompt: 'do it' }, asked('do it')]),
    );
    expect(twice.match(/Person: do it/g)).toHaveLength(1);
  });
});
