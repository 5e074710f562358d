import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseUpdate } from '../../inbox/parse';
import { renderPrompt } from '../../attachments/render';
import { typePrompt } from '../../agents/claude/typing';
import { typeable } from '../../terminal/sanitize';
import { ptyRig, tmuxRig, type Rig } from '../../terminal/fixtures/rigs';

/** Pieces with which a text could press keys, end a paste, or speak to the terminal. */
const piece = fc.oneof(
  fc.constantFrom(
    '\u001b[201~',
    '\u001b[200~',
    '\u001b',
    '\u009b',
    '\u0003',
    '\u0004',
    '\r',
    '\n',
    '\u0000',
    '\u007f',
  ),
  fc.constantFrom(
    '\u001b]0;t\u0007',
    '\u001bP',
    '\u0085',
    '\u202e',
    '; kill-server',
    '#{pane_id}',
    '$(id)',
    '`id`',
    '~.',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

/** The parts of an incoming message that may be hostile. */
const message = fc.record({
  text: hostile,
  quote: hostile,
  name: hostile,
  as: fc.constantFrom('text', 'forward', 'contact'),
});

/** The text that is typed for an update of Telegram's. */
function typedText({
  text,
  quote,
  name,
  as,
}: {
  text: string;
  quote: string;
  name: string;
  as: string;
}): string {
  const from = { id: 7, is_bot: false, first_name: 'P' };
  const more =
    as === 'forward'
      ? { text, forward_origin: { type: 'hidden_user', date: 1, sender_user_name: name } }
      : as === 'contact'
        ? { contact: { phone_number: text, first_name: name } }
        : { text, reply_to_message: { message_id: 1, from }, quote: { text: quote } };
  const said = parseUpdate(
    { update_id: 1, message: { message_id: 2, date: 1, from, chat: { id: 7, type: 'private' }, ...more } },
    0,
  );
  return said.kind === 'text' || said.kind === 'attachment' ? typeable(renderPrompt(said.parts, null)) : '';
}

describe.each([
  ['tmux', () => tmuxRig()],
  ['a pty', () => ptyRig()],
] as const)('a message typed into %s', (_, makeRig) => {
  let rig: Rig;
  beforeEach(async () => (rig = await makeRig()));
  afterEach(() => rig.dispose());

  it('arrives as text, line ends and the keys that ccbot itself presses, whatever the user wrote', async () => {
    await rig.launch('s1');
    const file = join(rig.directory, 's1');
    let before = 0;
    await fc.assert(
      fc.asyncProperty(message, async (sent) => {
        const text = typedText(sent);
        if (text.trim() === '') return;
        const mark = '\u2404';
        await rig.panes.type('s1', [...typePrompt(text), { kind: 'text', text: mark }]);
        const all = await rig.received('s1', (got) => got.slice(before).endsWith(mark));
        const got = all.slice(before, -mark.length);
        before = all.length;
        // ccbot's own: two marks around each piece that is pasted, or `i` and its deletion. No Enter.
        // oxlint-disable-next-line no-control-regex
        const isPasted = /^(?:\u001b\[200~(?:(?!\u001b\[20[01]~)[\s\S])*\u001b\[201~)+$/.test(got);
        const typed = /^i\u007f([\s\S]*)$/.exec(got);
        // oxlint-disable-next-line no-control-regex
        const body = isPasted ? got.replace(/\u001b\[20[01]~/g, '') : typed?.[1];
        if (body === undefined) throw new Error(`received ${JSON.stringify(got)}`);
        // oxlint-disable-next-line no-control-regex
        expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(body)).toBe(false);
      }),
      { numRuns: 40 },
    );
    expect(existsSync(file) && readFileSync(file).length > 0).toBe(true);
  });
});
