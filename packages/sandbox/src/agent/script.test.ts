import { parseScript, turnFor } from './script';

describe('the script of the scripted agent', () => {
  it('plays the first turn whose pattern fits, or a demonstration when none fits', () => {
    const script = parseScript(
      JSON.stringify({
        turns: [
          { match: '^one', steps: [{ do: 'say', text: '1' }] },
          {
            match: 'one|two',
            steps: [{ do: 'tool', name: 'Bash', input: { command: 'ls' }, result: '', ms: 5 }],
          },
        ],
      }),
    );
    expect(turnFor('one', script, '/')).toEqual([{ do: 'say', text: '1' }]);
    expect(turnFor('two', script, '/')).toMatchObject([{ do: 'tool', name: 'Bash' }]);
    const shown = turnFor('three', script, '/p');
    expect(shown.filter((s) => s.do === 'tool').length).toBeGreaterThan(2);
    expect(shown.at(-1)).toMatchObject({ do: 'say', text: expect.stringContaining('three') as string });
    expect(turnFor('three', script, '/p')).toEqual(shown);
    const asks = (prompt: string): boolean =>
      turnFor(prompt, script, '/p').some((s) => s.do === 'tool' && s.asks === true);
    expect([asks('three'), asks('ask me first')]).toEqual([false, true]);
  });

  it.each([
    ['no turns', {}, 'turns'],
    ['an unknown step', { turns: [{ steps: [{ do: 'sing' }] }] }, 'turns.0.steps.0'],
    ['a negative duration', { turns: [{ steps: [{ do: 'say', text: '', ms: -1 }] }] }, 'ms'],
    ['a file without a directory', { turns: [{ steps: [{ do: 'say', text: '', after: 'go' }] }] }, 'after'],
    ['a broken pattern', { turns: [{ match: '(', steps: [] }] }, 'turns.0.match'],
  ])('names the wrong place: %s', (_, script, where) => {
    expect(() => parseScript(JSON.stringify(script))).toThrow(where);
  });

  it('rejects text that is not JSON', () => {
    expect(() => parseScript('{')).toThrow(SyntaxError);
  });
});
