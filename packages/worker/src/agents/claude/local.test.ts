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

/** What lines tell, without what is of no interest. */
const told = (...lines: string[]): string[] => {
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
  it('begins a turn, in which its words are shown as they are and the agent looks at them', () => {
    const lines = [
      user('<bash-input>ls | wc</bash-input>'),
      user('<bash-stdout>a\n```b\n</bash-stdout><bash-stderr>oh</bash-stderr>'),
    ];
    expect(told(...lines, assistant('Two files.'), over)).toEqual([
      'turn.started: !ls | wc',
      'text: ````\na\n```b\n\noh\n````',
      'text: Two files.',
      'turn.ended',
    ]);
  });

  it('joins a turn that runs', () => {
    const lines = [
      user('work'),
      user('<bash-input>ls</bash-input>'),
      user('<bash-stdout></bash-stdout><bash-stderr></bash-stderr>'),
    ];
    expect(told(...lines)).toEqual(['turn.started: work', 'prompt.taken: !ls']);
  });
});

describe('a command of Claude Code', () => {
  it('is a turn of its own, over with its words, in whichever record they stand', () => {
    const words = '<local-command-stdout>\u001b[2mSet model to x\u001b[22m</local-command-stdout>';
    for (const record of [user, system]) {
      expect(told(record(named('/model', 'x')), record(words))).toEqual([
        'prompt.taken: /model x',
        'turn.started: /model x',
        'text: Set model to x',
        'turn.ended',
      ]);
    }
  });

  it('is told as taken where it says nothing', () => {
    expect(told(user(named('/clear')), system('<local-command-stdout></local-command-stdout>'))).toEqual([
      'prompt.taken: /clear',
    ]);
  });

  it('says its words within a turn that runs, and does not end it', () => {
    const lines = [
      user('work'),
      system(named('/cost')),
      system('<local-command-stdout>one\ntwo</local-command-stdout>'),
    ];
    expect(told(...lines, assistant('on'), over)).toEqual([
      'turn.started: work',
      'prompt.taken: /cost',
      'text: ```\none\ntwo\n```',
      'text: on',
      'turn.ended',
    ]);
  });

  it('is nothing where the record is not whole, or Claude Code’s own note', () => {
    expect(localOf('<local-command-stdout>never closed')).toEqual({ is: 'output', of: 'command', text: '' });
    expect(localOf('<command-message>x</command-message>')).toBe('other');
    expect(localOf('say <bash-input>')).toBeNull();
    expect(
      told(user('<local-command-caveat>The command below</local-command-caveat>', { isMeta: true })),
    ).toEqual([]);
  });
});
