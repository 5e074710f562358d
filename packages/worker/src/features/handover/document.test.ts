import type { SessionEvent } from '../../sessions/events';
import { ARRIVAL_MAX, HANDOVER_MAX, handoverDocument, type HandoverSource } from './document';

const source = (events: readonly SessionEvent[], more: Partial<HandoverSource> = {}): HandoverSource => ({
  agent: 'Some Agent',
  name: 'shop',
  cwd: '/srv/shop',
  transcriptPath: '/t/one.jsonl',
  firstRequest: 'Build the cart',
  events,
  ...more,
});
const asked = (prompt: string): SessionEvent => ({ type: 'turn.started', at: 1, prompt });
const answered = (text: string, id = text): SessionEvent => ({ type: 'text', at: 1, id, message: id, text });

describe('a handover document', () => {
  it('names the session, the first request, the open tasks, the last tools and the last messages', () => {
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
        answered('The tests fail because of the tax.'),
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
    expect(text).toContain('User: and the checkout\n\nAgent: The tests fail because of the tax.');
    expect(text).toMatch(/wait for my word/);
  });

  it('has a bounded length, and keeps the end of a long conversation', () => {
    const talk = Array.from({ length: 500 }, (_, i) => [
      asked(`question ${i}`),
      answered(`${'long '.repeat(200)}answer ${i}`),
    ]).flat();
    const text = handoverDocument(source(talk, { firstRequest: '🙂'.repeat(50_000) }));
    expect(text.length).toBeLessThanOrEqual(HANDOVER_MAX);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain('answer 499');
    expect(text).not.toContain('answer 3\n');
    expect(text).toMatch(/wait for my word before you change anything\.$/);
  });

  it('of an empty session says only where it is, and repeats no queued prompt', () => {
    const empty = handoverDocument(source([], { firstRequest: '' }));
    expect(empty).not.toContain('##');
    const twice = handoverDocument(
      source([{ type: 'prompt.taken', at: 1, prompt: 'do it' }, asked('do it')]),
    );
    expect(twice.match(/User: do it/g)).toHaveLength(1);
  });

  it('for another machine names it, and the files that stay there, and leaves room for what that machine adds', () => {
    const notCarried = Array.from({ length: 500 }, (_, i) => `${'long/'.repeat(50)}file ${i}\n# no heading`);
    const elsewhere = { host: 'laptop', notCarried };
    const text = handoverDocument(source([asked('go'), answered('x'.repeat(50_000))], { elsewhere }));
    expect(text.length).toBeLessThanOrEqual(HANDOVER_MAX - ARRIVAL_MAX);
    for (const part of ['on the machine laptop', 'file 0', 'and 480 more']) expect(text).toContain(part);
    expect(text).not.toContain('/t/one.jsonl');
    expect(text).not.toMatch(/^# no heading/m);
    const none = handoverDocument(source([], { elsewhere: { host: 'laptop', notCarried: [] } }));
    expect(none).not.toContain('not here');
  });
});
