import { createInterface } from 'node:readline';
import { clusterHost } from '@ccbot/shared/cluster/names';
import { counted } from '@ccbot/shared/counted';
import { duration } from '@ccbot/shared/duration';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { machineKey } from '../shared/keys';
import { withSurvey, type ClusterStatusDeps } from './command';
import type { Standing } from './standing';
import type { ForgetMachine, Survey } from './survey';

/** The exit code of a command line that lacks something. */
const USAGE = 2;

export interface ForgetDeps extends ClusterStatusDeps {
  forget: ForgetMachine;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
}

export interface ForgetRequest {
  host: string;
  yes: boolean;
  json: boolean;
}

/**
 * `ccbot cluster forget`: removes a machine that is gone for good. Returns 0 if it is removed, 1 if it may not be or the
 * user does not confirm, 2 if there is nobody to ask, 3 without a cluster, and the code of the fault if the cluster cannot
 * be reached.
 */
export async function clusterForget(request: ForgetRequest, deps: ForgetDeps): Promise<number> {
  const { json } = request;
  return withSurvey(json, deps, async ({ settings, names, survey, standing }) => {
    const host = clusterHost(request.host);
    const refusal = refusalOf(host, standing, settings.host);
    if (refusal !== null) return refuseForget(refusal, host, json, deps);
    const confirmed = request.yes ? true : await confirm(host, standing, deps);
    if (confirmed === null) return cannotAsk(deps);
    if (!confirmed)
      return refuseForget({ code: 'not-confirmed', text: 'Nothing was removed.' }, host, json, deps);
    const done = await deps.forget(settings, names, { host, revision: revisionOf(host, survey) });
    if (done === null) return refuseForget(CAME_BACK(host), host, json, deps);
    return report(host, waitingFor(host, standing), done.sessions, json, deps);
  });
}

interface Refusal {
  code: 'unknown' | 'self' | 'up' | 'not-confirmed';
  text: string;
}

const CAME_BACK = (host: string): Refusal => ({
  code: 'up',
  text: `${host} is up again, so nothing was removed.`,
});

/** Null: it may be removed. */
function refusalOf(host: string, { machines }: Standing, self: string): Refusal | null {
  if (host === self)
    return {
      code: 'self',
      text: `${host} is this machine. \`ccbot cluster leave\` takes it out of the cluster.`,
    };
  const machine = machines.find((one) => one.host === host);
  if (machine === undefined) {
    const known = machines.map((one) => one.host).join(', ') || 'none';
    return { code: 'unknown', text: `There is no machine ${host}. There are: ${known}.` };
  }
  if (machine.isAway) return null;
  return { code: 'up', text: `${host} is up. Stop ccbot there first, with \`ccbot stop\`.` };
}

const waitingFor = (host: string, { machines }: Standing): number =>
  machines.find((one) => one.host === host)?.waiting ?? 0;

const revisionOf = (host: string, { machines }: Survey): number =>
  machines.find(({ key }) => key === machineKey(host))?.revision ?? 0;

/** Says what would be lost, and asks. Null: there is nobody to ask. */
async function confirm(
  host: string,
  standing: Standing,
  { input, err }: ForgetDeps,
): Promise<boolean | null> {
  const machine = standing.machines.find((one) => one.host === host);
  const since = duration(standing.now - (machine?.seenAt ?? standing.now));
  const waiting = waitingFor(host, standing);
  const lost =
    waiting === 0
      ? 'Nothing waits for it.'
      : `${counted(waiting, 'update waits', 'updates wait')} for it and would be lost.`;
  err.write(
    `${host} was last heard of ${since} ago. ${lost} Its sessions disappear from the lists of the other machines; nothing is changed on ${host} itself, and it may join again.\n`,
  );
  if (input.isTTY !== true) return null;
  const answer = await new Promise<string>((answered) => {
    const lines = createInterface({ input, output: err });
    lines.on('close', () => answered(''));
    lines.question(`Type ${host} to forget it: `, (text) => {
      answered(text.trim());
      lines.close();
    });
  });
  return answer === host;
}

function cannotAsk({ err }: ForgetDeps): number {
  err.write('ccbot cluster forget: cannot ask without a terminal: use --yes. Nothing was removed.\n');
  return USAGE;
}

function refuseForget(
  { code, text }: Refusal,
  host: string,
  json: boolean,
  { out, err }: ForgetDeps,
): number {
  err.write(`ccbot cluster forget: ${text}\n`);
  if (json) out.write(`${JSON.stringify({ forgotten: false, host, why: code })}\n`);
  return 1;
}

function report(host: string, waiting: number, sessions: number, json: boolean, { out }: ForgetDeps): number {
  if (json) out.write(`${JSON.stringify({ forgotten: true, host, waiting, sessions })}\n`);
  else
    out.write(
      `${host} is forgotten, with ${counted(waiting, 'update')} and ${counted(sessions, 'session')} in the lists.\n`,
    );
  return EXIT.ok;
}
