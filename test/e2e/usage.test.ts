import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pause, Reply } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import {
  AT_TELEGRAMS_PACE,
  prepareSystem,
  WORKER,
  workerPid,
  type Supervisor,
  type System,
} from './harness/system';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { until } from './harness/until';

/** A pause that `open` ends. */
function gate(): { pause: Pause; open(): void } {
  let open = (): void => undefined;
  const until = new Promise<void>((resolve) => (open = resolve));
  return { pause: { type: 'pause', until }, open: () => open() };
}

const WEEK_S = 7 * 24 * 3600;
const seconds = (): number => Math.floor(Date.now() / 1_000);

/** The API's headers for the limits of a subscription. */
function limits(used: { fiveHours: number; week: number }, resetsAt: number): Record<string, string> {
  const name = 'anthropic-ratelimit-unified';
  return {
    [`${name}-status`]: used.fiveHours < 1 ? 'allowed' : 'rejected',
    [`${name}-representative-claim`]: 'five_hour',
    [`${name}-reset`]: String(resetsAt),
    [`${name}-5h-status`]: used.fiveHours < 1 ? 'allowed' : 'rejected',
    [`${name}-5h-utilization`]: String(used.fiveHours),
    [`${name}-5h-reset`]: String(resetsAt),
    [`${name}-7d-status`]: 'allowed',
    [`${name}-7d-utilization`]: String(used.week),
    [`${name}-7d-reset`]: String(seconds() + WEEK_S),
  };
}

describe('the usage of the real Claude Code with a subscription', () => {
  let system: System;
  let supervisor: Supervisor;
  const second = gate();
  let used = { fiveHours: 0.52, week: 0.31 };
  let resetsAt = seconds() + 5_000;
  const userStatusLine = { type: 'command', command: "printf 'my %s line' own; cat > seen.json", padding: 1 };

  beforeAll(async () => {
    system = await prepareSystem({
      settings: {
        ...AT_TELEGRAMS_PACE,
        ANTHROPIC_API_KEY: '',
        CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-dummy-${'a'.repeat(40)}`,
      },
      agentSettings: { statusLine: userStatusLine },
      rules: [
        ({ prompt, tools }): Reply | null => {
          const headers = limits(used, resetsAt);
          if (used.fiveHours >= 1) {
            const message = 'This request would exceed your account\u2019s rate limit.';
            const retry = { 'x-should-retry': 'false', 'retry-after': '5000' };
            return {
              refuse: { status: 429, type: 'rate_limit_error', message, headers: { ...headers, ...retry } },
            };
          }
          if (tools.length === 0) return null;
          const blocks = [{ type: 'text', text: `You said: ${prompt}` } as const];
          return { headers, blocks: prompt === 'second' ? [...blocks, second.pause] : blocks };
        },
      ],
    });
    supervisor = system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    second.open();
    await system.stop();
  });
  const write = (text: string): number => system.telegram.owner.say(text);
  const card = (): ChatMessage | undefined =>
    system.telegram.owner
      .fromBot()
      .filter((m) => m.keyboard.flat().some((b) => b.text.includes('Stop')))
      .at(-1);

  it('is shown on the card, with one alert when half of a limit is used', async () => {
    write('first');
    await botSays(system, 'You said: first');
    const alert = await botSays(system, 'more than 50 % of the five-hour limit (52 %)');
    expect(alert.text).toMatch(/resets (?:tomorrow )?at \d\d:\d\d \(in 1 hr \d+ mins?\)/);
    write('second');
    const live = await system.telegram.waitFor(() => {
      const now = card();
      return now?.text.includes('$0.00') === true ? now : undefined;
    });
    expect(live.text).toMatch(/ctx 0 % · \$0\.00 · Sonnet 5\.5 · medium/);
    second.open();
    await botSays(system, 'You said: second');
    expect(count(system, 'more than 50 %')).toBe(1);
  });

  it('leaves the status line of the user alone: the terminal shows it, and it gets its input', async () => {
    const screens = (): string =>
      system
        .tmux('list-panes', '-a', '-F', '#{pane_id}')
        .trim()
        .split('\n')
        .map((pane) => system.tmux('capture-pane', '-p', '-t', pane))
        .join('\n');
    await until(() => screens().includes('my own line'), screens);
    expect(screens()).not.toContain('statusline');
    const input = (): string => readFileSync(join(system.project, 'seen.json'), 'utf8');
    await until(() => input().trim().endsWith('}'), input); // the agent runs it often, and each run empties the file
    const seen = JSON.parse(input()) as Record<string, unknown>;
    expect(seen).toHaveProperty('rate_limits.five_hour.used_percentage', 52);
  });

  it('is shown by /usage for every session, with the limits and their resets', async () => {
    write('/usage');
    const answer = await botSays(system, 'Limits of Claude Code');
    expect(answer.text).toMatch(/demo: ctx 0 % · \$0\.00 · Sonnet 5\.5 · medium/);
    expect(answer.text).toMatch(
      /the five-hour limit: 52 % used, resets .*at \d\d:\d\d \(in 1 hr \d+ mins?\)/,
    );
    expect(answer.text).toMatch(
      /the weekly limit: 31 % used, resets on \w{3} \d+ \w{3}(?: \d{4})? at \d\d:\d\d/,
    );
  });

  it('holds the queue at a limit, by what the agent reports, until the user continues', async () => {
    used = { fiveHours: 1, week: 0.31 };
    write('too much');
    await botSays(system, 'demo has used up the five-hour limit, which resets');
    expect(botMessages(system, 'Your messages wait until you tell it to continue.')).toHaveLength(1);
    await botSays(system, 'more than 90 % of the five-hour limit (100 %)');
    write('written at the limit');
    await botSays(system, 'so your message waits until the limit resets.');
    const requests = system.model.requests.length;
    used = { fiveHours: 0.6, week: 0.31 };
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // nothing is typed without the user
    expect(system.model.requests).toHaveLength(requests);
    system.telegram.owner.tap('▶ Continue now');
    await botSays(system, 'You said: written at the limit');
    await botSays(system, 'It continues.');
  });

  it('continues on its own at the reset when the user chose that, even after a restart of the worker', async () => {
    used = { fiveHours: 1, week: 0.31 };
    resetsAt = seconds() + 20;
    const prompt = write('once more');
    const notice = await system.telegram.waitFor(() =>
      botMessages(system, 'Your messages wait until you tell it to continue.').find(
        (m) => m.id > prompt && m.keyboard.length > 0,
      ),
    );
    const label = notice.keyboard.flat().find((b) => b.text.startsWith('▶ Continue at'))?.text ?? '';
    system.telegram.owner.tap(label, notice.id);
    await botSays(system, 'your messages wait until then');
    used = { fiveHours: 0.01, week: 0.31 };
    resetsAt += 5 * 3600;
    process.kill(workerPid(supervisor), 'SIGKILL');
    await botSays(system, 'You said: continue');
  });

  it('is restored exactly when the hooks are uninstalled', () => {
    expect(system.run(WORKER, 'hook', '--uninstall').status).toBe(0);
    const settings = JSON.parse(readFileSync(join(system.home, '.claude/settings.json'), 'utf8')) as object;
    expect(settings).toEqual({ skipDangerousModePermissionPrompt: true, statusLine: userStatusLine });
  });
});
