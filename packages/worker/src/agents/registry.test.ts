import { chooseAgent, createAgents, KINDS } from './registry';

describe('the agents that ccbot knows', () => {
  const agents = createAgents({});

  it('are in one order, however they are listed: the usual one, then by their ids', () => {
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

  it('are named when a setting asks for another', () => {
    expect(() => chooseAgent(agents, 'clade')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'SETTING_INVALID' }) as unknown }),
    );
    expect(() => chooseAgent(agents, '__proto__')).toThrow(/claude/);
  });
});
