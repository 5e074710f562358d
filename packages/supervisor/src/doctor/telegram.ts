import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { redact } from '@ccbot/shared/log/redact';
import { callBotApi, type ApiAnswer as Answer } from '../net/bot-api';
import { look } from '../status/look';
import { isActive } from '../status/render';
import type { DoctorDeps, Finding } from './deps';

/** An answer later than this, ms, is none. */
const ANSWER_MS = 10_000;

/** A clock that is off by more than this, ms, is told of: TLS fails at some hours, times in the chat mislead before. */
const SKEW_MS = 60_000;

/** How long a test poll is held, seconds: another poller, whose own it ended, comes back within about one. */
const HOLD_SEC = 4;

/** What Telegram says: the network and the proxy on the way, the token, the webhook, the clock, and whether somebody else polls. */
export async function examineTelegram(deps: DoctorDeps): Promise<Finding> {
  const [network, token, webhook, clock, poller] = [
    checkOf('network', 'network'),
    checkOf('token', 'bot token'),
    checkOf('webhook', 'webhook'),
    checkOf('clock', 'clock'),
    checkOf('poller', 'other pollers'),
  ];
  const { loaded } = deps;
  const skip = (why: string, ...checks: ReturnType<typeof checkOf>[]): Check[] =>
    checks.map((c) => c.skipped(why));
  if (!loaded.ok)
    return { checks: skip('the settings are not valid', network, token, webhook, clock, poller) };
  const { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: secret, TG_PROXY_URL: proxy } = loaded.config;
  if (secret === '') return { checks: skip('there is no token', network, token, webhook, clock, poller) };
  const call = (method: string, body: unknown = {}, timeoutMs = ANSWER_MS) =>
    callBotApi(`${root}/bot${secret}/${method}`, body, proxy, timeoutMs);
  const way = proxy === '' ? 'directly' : `through ${proxyName(proxy)}`;
  let me: Answer;
  try {
    me = await call('getMe');
  } catch (error) {
    const reason = redact(reasonOf(error), [secret, ...passwords(proxy)]);
    return {
      checks: [
        network.bad(
          `${root} cannot be reached ${way}: ${reason}`,
          'Check the network, TG_PROXY_URL and TELEGRAM_API_ROOT.',
        ),
        ...skip('Telegram cannot be reached', token, webhook, clock, poller),
      ],
    };
  }
  const checks: Check[] = [network.ok(`${root} answers ${way}`)];
  if (me.status === 401 || me.status === 404) {
    checks.push(
      token.bad(
        `Telegram refuses it (${me.status})`,
        `Get the present one from @BotFather and put it into ${loaded.paths.env}.`,
      ),
    );
    checks.push(...skip('the token is refused', webhook, poller), clockCheck(me, deps.now()));
    return { checks };
  }
  if (me.status !== 200) {
    checks.push(token.warn(`Telegram answers ${me.status}: ${me.description}`, 'Try again in a minute.'));
    checks.push(
      ...skip('Telegram does not answer as it should', webhook, poller),
      clockCheck(me, deps.now()),
    );
    return { checks };
  }
  checks.push(token.ok(`@${String((me.result as { username?: unknown } | null)?.username ?? '?')}`));
  const info = await call('getWebhookInfo').catch((error: unknown) => reasonOf(error));
  const url = typeof info === 'string' ? '' : String((info.result as { url?: unknown } | null)?.url ?? '');
  const set = url !== '';
  checks.push(
    typeof info === 'string'
      ? webhook.skipped(redact(info, [secret]))
      : set
        ? webhook.bad(
            `one is set (${hostOf(url)}): messages go there and cannot be polled`,
            'Run `ccbot doctor --fix`; what waits is kept.',
          )
        : webhook.ok('none'),
    clockCheck(me, deps.now()),
    set ? poller.skipped('a webhook is set') : await examinePoller(deps, call, poller),
  );
  if (!set) return { checks };
  return {
    checks,
    fix: {
      offer: 'Remove the webhook? Messages that wait are kept.',
      apply: async () => {
        const done = await call('deleteWebhook', { drop_pending_updates: false });
        if (done.status !== 200) throw new Error(`Telegram answers ${done.status}: ${done.description}`);
        return 'The webhook is removed.';
      },
    },
  };
}

/**
 * Whether somebody else polls. Where ccbot runs here, its own conflicts tell. Where it does not, a short poll that
 * confirms nothing is held: another poller comes back within it and ends it with 409; that costs the other one a
 * single try.
 */
async function examinePoller(
  deps: DoctorDeps,
  call: (method: string, body?: unknown, timeoutMs?: number) => Promise<Answer>,
  poller: ReturnType<typeof checkOf>,
): Promise<Check> {
  const todo = 'Stop the other ccbot, on whatever machine, or give each its own bot.';
  const found = await look(deps.loaded.paths);
  if (found.is === 'supervised') {
    if (found.report.conflicts > 0) return poller.bad('another poller uses this token (409)', todo);
    if (isActive(found)) return poller.ok('none; this ccbot polls');
  }
  if (found.is === 'alone') return poller.ok('a worker of this machine polls');
  if (found.is === 'starting') return poller.skipped('ccbot is starting');
  try {
    const first = await call('getUpdates', { limit: 1, timeout: HOLD_SEC }, ANSWER_MS + HOLD_SEC * 1_000);
    if (first.status === 409) return poller.bad('another poller uses this token (409)', todo);
    return first.status === 200 ? poller.ok('none') : poller.skipped(`Telegram answers ${first.status}`);
  } catch (error) {
    return poller.skipped(reasonOf(error));
  }
}

function clockCheck(answer: Answer, now: number): Check {
  const check = checkOf('clock', 'clock');
  const off = clockOf(answer, now);
  if (off === null) return check.skipped('the server told no time');
  if (Math.abs(off) <= SKEW_MS) return check.ok('right to the minute');
  const minutes = Math.round(Math.abs(off) / 60_000);
  return check.warn(
    `${minutes} min ${off > 0 ? 'ahead' : 'behind'}`,
    'Have the system set it: `timedatectl set-ntp true`.',
  );
}

/** By how much our clock is ahead of the server's, ms; null when it told no time. */
function clockOf({ date }: Answer, now: number): number | null {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? null : now - theirs;
}

/** A proxy without its password. */
function proxyName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function passwords(proxy: string): string[] {
  if (proxy === '') return [];
  const { password } = new URL(proxy);
  return password === '' ? [] : [password];
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'an odd address';
  }
}
