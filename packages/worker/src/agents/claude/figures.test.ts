import { figuresOf } from './figures';

describe('the figures of Claude Code', () => {
  it('come from its status line', () => {
    expect(
      figuresOf({
        session_id: 's',
        effort: { level: 'medium' },
        model: { id: 'claude-sonnet-5-5', display_name: 'Sonnet 5.5' },
        version: '2.1.330',
        cost: { total_cost_usd: 0.0004, total_duration_ms: 2117 },
        context_window: { total_input_tokens: 100, context_window_size: 1_000_000, used_percentage: 0 },
        rate_limits: {
          five_hour: { used_percentage: 52, resets_at: 1_795_581_772 },
          seven_day: { used_percentage: 31, resets_at: 1_795_981_772 },
          seven_day_of_a_later_version: { used_percentage: 3 },
        },
      }),
    ).toEqual({
      contextPercent: 0,
      contextTokens: 100,
      contextWindow: 1_000_000,
      costUsd: 0.0004,
      model: 'Sonnet 5.5',
      effort: 'medium',
      version: '2.1.330',
      limits: [
        { window: '5h', usedPercent: 52, resetsAt: 1_795_581_772_000 },
        { window: 'week', usedPercent: 31, resetsAt: 1_795_981_772_000 },
        { window: 'seven_day_of_a_later_version', usedPercent: 3 },
      ],
    });
  });

  it('are absent before the first answer, and without a subscription', () => {
    const context_window = { used_percentage: null, current_usage: null };
    expect(figuresOf({ session_id: 's', context_window })).toEqual({});
  });

  it('survive garbage of every kind', () => {
    for (const odd of [7, 'x', null, [], { a: 1 }, -1, NaN]) {
      const payload = {
        context_window: odd,
        cost: odd,
        model: odd,
        effort: odd,
        version: {},
        rate_limits: odd,
      };
      expect(figuresOf(payload)).toEqual({});
      expect(figuresOf({ rate_limits: { five_hour: odd } })).toEqual({});
    }
    expect(figuresOf({ rate_limits: { five_hour: { used_percentage: '52' } } })).toEqual({});
  });
});
