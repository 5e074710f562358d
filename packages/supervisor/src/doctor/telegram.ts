import { proxyFor } from '@ccbot/shared/config/no-proxy';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import type { Config } from '@ccbot/shared/config/schema';
import type { Fault } from '@ccbot/shared/faults/fault';
import { isClustered } from '@ccbot/shared/cluster/settings';
import { redact } from '@ccbot/shared/log/redact';
import { adviceOf } from '@ccbot/shared/net/advice';
import type { Trouble, TroubleCode } from '@ccbot/shared/net/classify';
import { callBotApi, type ApiAnswer as Answer } from '../net/bot-api';
import { troubleOf } from '../net/probe';
import { otherHolder } from './instance';
import { isActive } from '../status/render';
import type { Report } from '../status/report';
import type { DoctorDeps, Finding } from './deps';

/** The time limit for a response, ms. */
const ANSWER_MS = 15_000;

/** A larger clock error is reported, ms. Times in the chat mislead, and with an error of hours TLS fails. */
const SKEW_MS = 60_000;

/** How long Telegram holds the test poll, seconds. Another poller that it interrupts comes back within about one. */
const HOLD_SEC = 4;

type Call = (method: string, body?: unknown, timeoutMs?: number) => Promise<Answer>;

const CHECKS = {
  network: checkOf('network', 'network'),
  token: checkOf('token', 'bot token'),
  webhook: checkOf('webhook', 'webhook'),
  clock: checkOf('clock', 'clock'),
  poller: checkOf('poller', 'other pollers'),
};

/** Checks the network and proxy, the token, the webhook, the clock, and whether another program polls. */
export async function examineTelegram(deps: DoctorDeps): Promise<Finding> {
  const { loaded } = deps;
  if (!loaded.ok)
    return { checks: skip('the settings are invalid', 'network', 'token', 'webhook', 'clock', 'poller') };
  const { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: token } = loaded.config;
  const proxy = proxyFor(root, loaded.config);
  if (token === '') return { checks: skip('no token', 'network', 'token', 'webhook', 'clock', 'poller') };
  const call: Call = (method, body = {}, timeoutMs = ANSWER_MS) =>
    callBotApi(`${root}/bot${token}/${method}`, body, proxy, timeoutMs);
  const route = proxy === '' ? 'directly' : `through ${proxyName(proxy)}`;
  let me: Answer;
  try {
    me = await call('getMe');
  } catch (error) {
    return { checks: outOfReach(troubleOf(error), deps, loaded.config) };
  }
  const clock = clockCheck(me, deps.now());
  if (me.trouble?.code === 'TOKEN_REFUSED') {
    const network = CHECKS.network.ok(`${root} answers ${route}`);
    return { checks: [network, ...tokenProblem(me, loaded.paths.env), clock] };
  }
  if (me.trouble !== null) return { checks: outOfReach(me.trouble, deps, loaded.config) };
  const network = CHECKS.network.ok(`${root} answers ${route}`);
  if (me.status !== 200) return { checks: [network, ...tokenProblem(me, loaded.paths.env), clock] };
  const user = (me.result as { username?: unknown } | null)?.username ?? '?';
  const webhook = await examineWebhook(call, token);
  return {
    ...webhook,
    checks: [
      network,
      CHECKS.token.ok(`@${String(user)}`),
      ...webhook.checks,
      clock,
      webhook.fix === undefined
        ? await examinePoller(deps, call, token)
        : CHECKS.poller.skipped('a webhook is set'),
    ],
  };
}

function skip(reason: string, ...names: (keyof typeof CHECKS)[]): Check[] {
  return names.map((name) => CHECKS[name].skipped(reason));
}

/** Troubles that pass by themselves. */
const PASSING: ReadonlySet<TroubleCode> = new Set(['API_RATE', 'API_DOWN']);

/** One finding with its advice. A certificate that is not valid now is a question of the clock. */
function outOfReach(trouble: Trouble, deps: DoctorDeps, config: Config): Check[] {
  const { what, todo } = adviceFor(trouble, deps, config);
  const isClock = trouble.code === 'TLS_DATE';
  const finding = PASSING.has(trouble.code)
    ? CHECKS.network.warn(what, todo)
    : CHECKS.network.bad(what, todo);
  return [
    isClock ? CHECKS.network.skipped('see clock') : finding,
    ...skip('cannot reach Telegram', 'token', 'webhook'),
    isClock ? CHECKS.clock.bad(what, todo) : CHECKS.clock.skipped('cannot reach Telegram'),
    ...skip('cannot reach Telegram', 'poller'),
  ];
}

function adviceFor(trouble: Trouble, { loaded, now }: DoctorDeps, config: Config): Fault {
  const { TELEGRAM_API_ROOT: apiRoot, TELEGRAM_BOT_TOKEN: token, TG_PROXY_URL: proxyUrl } = config;
  const reason = redact(trouble.reason, [token, ...passwords(proxyUrl)]);
  return adviceOf({ ...trouble, reason }, { apiRoot, proxyUrl, file: loaded.paths.env }, now());
}

function tokenProblem(me: Answer, envFile: string): Check[] {
  if (me.status === 401) {
    const todo = `Get the current one from @BotFather and put it into ${envFile}.`;
    return [
      CHECKS.token.bad(`Telegram rejects it (${me.status})`, todo),
      ...skip('Telegram rejects the token', 'webhook', 'poller'),
    ];
  }
  return [
    CHECKS.token.warn(`Telegram answers ${me.status}: ${me.description}`, 'Try again in a minute.'),
    ...skip('Telegram has a problem', 'webhook', 'poller'),
  ];
}

/** The finding has a fix if a webhook is set. */
async function examineWebhook(call: Call, token: string): Promise<Finding> {
  let info: Answer;
  try {
    info = await call('getWebhookInfo');
  } catch (error) {
    return { checks: [CHECKS.webhook.skipped(redact(troubleOf(error).reason, [token]))] };
  }
  const url = String((info.result as { url?: unknown } | null)?.url ?? '');
  if (url === '') return { checks: [CHECKS.webhook.ok('none')] };
  return {
    checks: [
      CHECKS.webhook.bad(
        `set to ${hostOf(url)}: messages go there, so ccbot cannot poll them`,
        'Run `ccbot doctor --fix`. Waiting messages are kept.',
      ),
    ],
    fix: {
      offer: 'Remove the webhook? Waiting messages are kept.',
      apply: async () => {
        const done = await call('deleteWebhook', { drop_pending_updates: false });
        if (done.status !== 200) throw new Error(`Telegram answers ${done.status}: ${done.description}`);
        return 'Removed the webhook.';
      },
    },
  };
}

/**
 * Checks whether another program polls. If ccbot runs here, its own conflicts answer that, and a ccbot of this user in
 * another CCBOT_DIR has a lock, so we do not disturb it. Otherwise we make a short poll that confirms nothing. Another poller loses one poll to it, comes back, and ends ours with a 409.
 */
async function examinePoller(deps: DoctorDeps, call: Call, token: string): Promise<Check> {
  const check = CHECKS.poller;
  const todo = 'Stop the other ccbot, on this machine or another, or give each its own bot.';
  const found = await deps.host.instance();
  if (found.is === 'supervised') {
    if (found.report.conflicts > 0) return check.bad('another poller uses this token (409)', todo);
    if (isActive(found))
      return found.report.worker?.standby === true
        ? check.ok('none outside of the cluster; this machine stands by')
        : check.ok('none; this ccbot polls');
  }
  if (found.is === 'alone') return check.ok('none; a worker on this machine polls');
  if (found.is === 'starting') return check.skipped('ccbot is starting');
  if (found.is === 'absent' && stoppedJustNow(found.report, deps.now()))
    return check.skipped(
      'ccbot has just stopped, and Telegram may still hold its last poll: try again in a minute',
    );
  if (found.is === 'absent' && otherHolder(deps.loaded) !== null)
    return check.skipped('another ccbot on this machine has the bot: see lock');
  // A poll would end that of the machine that polls.
  if (deps.loaded.ok && isClustered(deps.loaded.config))
    return check.skipped('the cluster says who polls: see `ccbot cluster status`');
  try {
    const poll = await call('getUpdates', { limit: 1, timeout: HOLD_SEC }, ANSWER_MS + HOLD_SEC * 1_000);
    if (poll.status === 409) return check.bad('another poller uses this token (409)', todo);
    return poll.status === 200 ? check.ok('none') : check.skipped(`Telegram answers ${poll.status}`);
  } catch (error) {
    return check.skipped(redact(troubleOf(error).reason, [token]));
  }
}

/** Telegram holds a poll for up to 50 s. */
const HELD_MS = 60_000;

function stoppedJustNow(report: Report | null, now: number): boolean {
  const at = Date.parse(report?.stopped?.at ?? '');
  return now - at >= 0 && now - at < HELD_MS;
}

function clockCheck(answer: Answer, now: number): Check {
  const aheadMs = clockAhead(answer, now);
  if (aheadMs === null) return CHECKS.clock.skipped('the server sent no time');
  if (Math.abs(aheadMs) <= SKEW_MS) return CHECKS.clock.ok('correct to the minute');
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return CHECKS.clock.warn(
    `${minutes} min ${aheadMs > 0 ? 'ahead' : 'behind'}`,
    'Have the system set it: `timedatectl set-ntp true`.',
  );
}

/** How far our clock is ahead of the server's, ms; null if the server sent no time. */
function clockAhead({ date }: Answer, now: number): number | null {
  const serverTime = Date.parse(date ?? '');
  return Number.isNaN(serverTime) ? null : now - serverTime;
}

/** A proxy's URL without its password. */
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
    return 'an invalid URL';
  }
}
