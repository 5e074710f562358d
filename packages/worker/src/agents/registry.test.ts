import { chooseAgent, createAgents, KINDS } from './registry';

describe('the registered agents', () => {
  const agents = createAgents({});

  it('are sorted however they are listed: the default first, then by id', () => {
    const [usual, ...rest] = KINDS.map(({ id }) => id);
    expect(KINDS[0]?.usual).toBe(true);
    expect(rest).toEqual(rest.toSorted());
    expect([...agents.keys()]).toEqual([usual, ...rest]);
  });

  it('are found by the name in the settings', () => {
    const { agent, kind } = chooseAgent(agents, 'claude');
    expect([agent.id, kind.settings]).toEqual([
      'claude',
      { command: 'CLAUDE_COMMAND', flags: 'CLAUDE_FLAGS' },
    ]);
  });

  it('are listed when a setting names an unknown one', () => {
    expect(() => chooseAgent(agents, 'clade')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'SETTING_INVALID' }) as unknown }),
    );
    expect(() => chooseAgent(agents, '__proto__')).toThrow(/claude/);
  });
});
