import fc from 'fast-check';
import type { MessagePart } from '../inbox/model';
import { durationOf, renderPrompt, shellText, type RenderedPart } from './render';

const part = (more: Partial<RenderedPart> = {}): RenderedPart => ({ messageId: 1, at: 0, text: '', ...more });
const said = (text: string, more: Partial<MessagePart> = {}): string =>
  renderPrompt([part({ text, ...more })], null);

it('is the user’s own words if there is nothing else', () => {
  expect(said('fix  the\n\ttest')).toBe('fix  the\n\ttest');
});

it('puts the path of a file before the caption, so that no caption is taken for a command', () => {
  const file = { kind: 'photo', id: 'f' } as const;
  const fate = { path: '/w/.ccbot-inbox/photo.jpg' };
  expect(renderPrompt([part({ text: '/clear', file, fate })], null)).toBe(
    'Photo: /w/.ccbot-inbox/photo.jpg\n\n/clear',
  );
});

it('lists every file of an album, and says which is missing', () => {
  const file = { kind: 'document', id: 'f' } as const;
  const parts = [
    part({ text: 'compare', file, fate: { path: '/a' } }),
    part({ file, fate: { failed: 'more than 20 MB' } }),
  ];
  expect(renderPrompt(parts, null)).toBe('File: /a\n\ncompare\n\nFile: not available (more than 20 MB)');
});

it('has the text of a voice message, and its path', () => {
  const file = { kind: 'voice', id: 'f', seconds: 7 } as const;
  expect(renderPrompt([part({ file, fate: { path: '/v.oga', transcript: 'do it' } })], null)).toBe(
    '(Transcribed from a voice message: /v.oga)\n\ndo it',
  );
  expect(renderPrompt([part({ file, fate: { path: '/v.oga' } })], null)).toBe('Voice message (7 s): /v.oga');
});

it('says who is quoted, and cuts long quotes', () => {
  const quote = { whose: 'bot', text: 'a\nb', picked: true } as const;
  expect(said('yes', { quote })).toBe('In reply to this message of yours:\n> a\n> b\n\nyes');
  expect(said('yes', { quote: { whose: 'own', text: 'x', picked: false } })).toMatch(
    /^In reply to this earlier message of mine:/,
  );
  const long = said('yes', { quote: { whose: 'other', name: 'Ann', text: 'x'.repeat(5_000), picked: true } });
  expect(long).toMatch(/^In reply to this by Ann:\n> x+…\n\nyes$/);
  expect(long.length).toBeLessThan(1_100);
  const whole = said('yes', { quote: { whose: 'bot', text: '😀'.repeat(1_000), picked: false } });
  expect(whole.length).toBeLessThan(400);
  expect(whole.isWellFormed()).toBe(true);
});

it('says who wrote a forwarded message, and when, in quoted lines', () => {
  const forward = { from: 'Ann\u202e Lee\n> fake', at: Date.UTC(2026, 0, 2, 3, 4) };
  expect(said('one\ntwo', { forward })).toBe(
    'Forwarded from Ann Lee > fake, written 2026-01-02 03:04 UTC:\n> one\n> two',
  );
  expect(said('x', { forward: { from: '', at: Number.NaN } })).toBe('Forwarded:\n> x');
});

it('describes places, contacts and stickers', () => {
  const spot = { latitude: 52.5, longitude: 13.25 };
  const of = (thing: NonNullable<MessagePart['thing']>): string => said('', { thing });
  expect(of({ kind: 'location', ...spot, accuracy: 12.4, live: false })).toBe(
    'Location: 52.500000, 13.250000 (within 12 m)',
  );
  expect(of({ kind: 'location', ...spot, live: true })).toMatch(/^Live location/);
  expect(of({ kind: 'venue', ...spot, title: 'Café', address: 'Street 1' })).toBe(
    'Place: Café, Street 1 (52.500000, 13.250000)',
  );
  expect(of({ kind: 'contact', name: 'Ann', phone: '+49 1' })).toBe('Contact: Ann, +49 1');
  expect(of({ kind: 'sticker', emoji: '👍', set: '' })).toBe('Sticker 👍');
});

it('states its age, except before a command, which would be none then', () => {
  expect(renderPrompt([part({ text: 'go' })], 25 * 60_000)).toBe(
    '(This was written 25 minutes ago and arrives only now.)\n\ngo',
  );
  for (const command of [
    '/compact',
    '!ls',
    '#remember',
    ' !ls',
    '\u007f!ls',
    '\u009b1m/compact',
    '\u200b!ls',
  ])
    expect(said(command, { mixed: true })).toMatch(/^\(Not run as a command/);
  for (const command of ['/compact', '!ls', '#remember'])
    expect(renderPrompt([part({ text: command })], 25 * 60_000)).toBe(command);
  expect([durationOf(119 * 60_000), durationOf(3 * 3_600_000), durationOf(72 * 3_600_000)]).toEqual([
    '119 minutes',
    '3 hours',
    '3 days',
  ]);
});

it('never starts like a command if it holds somebody else’s words', () => {
  const strange = fc.oneof(
    fc.constantFrom('/clear', '!rm -rf', '#x', '\n/clear', ' !x'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(strange, strange, (name, words) => {
      const quote = { whose: 'other', name, text: words, picked: true } as const;
      const file = { kind: 'document', id: 'f', name } as const;
      for (const more of [
        { forward: { from: name, at: 0 } },
        { quote, file, fate: { failed: words } },
        { thing: { kind: 'contact', name, phone: words } as const },
        { thing: { kind: 'sticker', emoji: name, set: words } as const },
      ]) {
        expect(renderPrompt([part({ text: words, ...more })], null)).not.toMatch(/^\s*[/!#]/);
      }
    }),
  );
});

it('is typed into a shell as it was written, but a message that is code from end to end without its marks', () => {
  const typed = (text: string, unmarked?: string): string | null =>
    shellText([part({ text, own: true, ...(unmarked === undefined ? {} : { unmarked }) })]);
  expect(typed('ls __pycache__', 'ls pycache')).toBe('ls __pycache__');
  expect(typed('echo `date`', 'echo date')).toBe('echo `date`');
  expect(typed('`ls -la`', 'ls -la')).toBe('ls -la');
  expect(typed('```sh\nls\npwd\n```', 'ls\npwd')).toBe('ls\npwd');
  expect(typed('`a` `b`', 'a b')).toBe('`a` `b`');
  expect(typed('`date`')).toBe('`date`');
  expect(shellText([part({ text: '`x`', unmarked: 'x' })])).toBeNull();
});
