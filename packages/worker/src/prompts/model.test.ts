import { isBlank, matchPrompt, mayStay, type Prompt } from './model';

const prompt = (id: number, text: string): Prompt => ({
  id,
  session: 's',
  chatId: 1,
  messageId: id,
  text,
  state: 'typed',
});

describe('the prompt that an agent reports', () => {
  it('is the oldest with the same words', () => {
    expect(matchPrompt('go on', [prompt(1, 'other'), prompt(2, 'go  on\n'), prompt(3, 'go on')])?.id).toBe(2);
    expect(matchPrompt('go', [prompt(1, 'go on')])).toBeUndefined();
  });

  it('is found even if invisible characters were left out or replaced', () => {
    const said = prompt(1, '\u202eabc \u200bעברית ❤\ufe0f');
    for (const told of ['abc עברית ❤', '\ufffdabc עברית ❤', said.text]) {
      expect(matchPrompt(told, [said])?.id).toBe(1);
    }
  });

  it('is found if it is long, however the agent wraps it', () => {
    const long = 'word '.repeat(100);
    expect(matchPrompt(`<pasted_content>\n${long}</pasted_content>`, [prompt(1, long)])?.id).toBe(1);
  });
});

it('counts a text as blank if nothing of it would be visible in the input line', () => {
  for (const text of ['', ' \n\t', '\u200b', '\u200b\u200d\ufeff', '\u202e', '\u2800', '\u0007\u001b[31m']) {
    expect(isBlank(text)).toBe(true);
  }
  for (const text of ['.', '😀', '\u202ea', '❤\ufe0f', '👩\u200d💻', '中', '-'])
    expect(isBlank(text)).toBe(false);
});

it('knows what an agent may leave in its input line for good, so that it blocks nothing', () => {
  for (const text of ['/nosuch', '!', ' ! ']) expect(mayStay(text)).toBe(true);
  for (const text of ['!ls', 'no /command', '?']) expect(mayStay(text)).toBe(false);
});
