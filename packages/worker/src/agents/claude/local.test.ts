import { createTranscriptReader } from './transcript';
import { localOf } from './local';

let n = 0;
const user = (content: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: 'user',
    uuid: `u${++n}`,
    timestamp: '2026-01-01T00:00:00Z',
    message: { content },
    ...more,
  });
const system = (content: string): string =>
  JSON.stringify({ type: 'system', subtype: 'local_command', uuid: `u${++n}`, content });
const assistant = (text: string): string =>
  JSON.stringify({
    type: 'assistant',
    uuid: `u${++n}`,
    message: { id: 'm', content: [{ type: 'text', text }] },
  });
const over = JSON.stringify({ type: 'system', subtype: 'turn_duration', durationMs: 1 });
const named = (name: string, args = ''): string =>
  `<command-name>${name}</command-name>\n<command-message>x</command-message>\n<command-args>${args}</command-args>`;

/** The events of lines, as text, without `other`. */
const eventsOf = (...lines: string[]): string[] => {
  const reader = createTranscriptReader();
  return lines
    .flatMap((line) => reader.read(line))
    .flatMap((event) => {
      if (event.type === 'other') return [];
      const words = 'prompt' in event ? event.prompt : event.type === 'text' ? event.text : '';
      return [words === '' ? event.type : `${event.type}: ${words}`];
    });
};

describe('a command behind !', () => {
  it('starts a turn that shows its output unchanged, and the agent reads it', () => {
    const lines = [
      user('<bash-input>ls | wc</bash-input>'),
      user('<bash-stdout>a\n```b\n</bash-stdout><bash-stderr>oh</bash-stderr>'),
    ];
    expect(eventsOf(...lines, assistant('Two files.'), over)).toEqual([
      'turn.started: !ls | wc',
      'text: ````\na\n```b\n\noh\n````',
      'text: Two files.',
      'turn.ended',
    ]);
  });

  it('joins a running turn', () => {
    const lines = [
      user('work'),
      user('<bash-input>ls</bash-input>'),
      user('<bash-stdout></bash-stdout><bash-stderr></bash-stderr>'),
    ];
    expect(eventsOf(...lines)).toEqual(['turn.started: work', 'prompt.taken: !ls']);
  });
});

describe('a command of Claude Code', () => {
  it('is a turn that ends with its output, in whichever record that is', () => {
    const words = '<local-command-stdout>\u001b[2mSet model to x\u001b[22m</local-command-stdout>';
    for (const record of [user, system]) {
      expect(eventsOf(record(named('/model', 'x')), record(words))).toEqual([
        'prompt.taken: /model x',
        'turn.started: /model x',
        'text: Set model to x',
        'turn.ended',
      ]);
    }
  });

  it('is reported as taken when it prints nothing', () => {
    expect(eventsOf(user(named('/clear')), system('<local-command-stdout></local-command-stdout>'))).toEqual([
      'prompt.taken: /clear',
    ]);
  });

  it('adds its output to a running turn, and does not end it', () => {
    const lines = [
      user('work'),
      system(named('/cost')),
      system('<local-command-stdout>one\ntwo</local-command-stdout>'),
    ];
    expect(eventsOf(...lines, assistant('on'), over)).toEqual([
      'turn.started: work',
      'prompt.taken: /cost',
      'text: ```\none\ntwo\n```',
      'text: on',
      'turn.ended',
    ]);
  });

  it('is `other` when the record is incomplete, or Claude Code’s own note', () => {
    expect(localOf('<local-command-stdout>never closed')).toEqual({ is: 'output', of: 'command', text: '' });
    expect(localOf('<command-message>x</command-message>')).toBe('other');
    expect(localOf('say <bash-input>')).toBeNull();
    expect(
      eventsOf(user('<local-command-caveat>The command below</local-command-caveat>', { isMeta: true })),
    ).toEqual([]);
  });
});
