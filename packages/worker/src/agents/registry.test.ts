import { chooseAgent, createAgents } from './registry';

describe('the agents that ccbot knows', () => {
  const agents = createAgents({});

  it('are found by the name in the settings', () => {
    const chosen = chooseAgent(agents, 'claude');
    expect([chosen.agent.id, chosen.commandSetting, chosen.flagsSetting]).toEqual([
      'claude',
      'CLAUDE_COMMAND',
      'CLAUDE_FLAGS',
    ]);
  });

  it('are named when a setting asks for another', () => {
    expect(() => chooseAgent(agents, 'clade')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'SETTING_INVALID' }) as unknown }),
    );
    expect(() => chooseAgent(agents, '__proto__')).toThrow(/claude/);
  });
});
