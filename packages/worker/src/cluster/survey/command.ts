import { clusterNames, type ClusterNames } from '@ccbot/shared/cluster/names';
import { readClusterSettings, type ClusterSettings } from '@ccbot/shared/cluster/settings';
import type { Loaded } from '@ccbot/shared/config/load';
import { FaultError, faultText, type Fault } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { renderStanding, standingAsData } from './render';
import { standingOf, type Standing } from './standing';
import type { Survey, SurveyCluster } from './survey';

/** The exit code while nobody polls, as of `ccbot status`. */
const NOT_ACTIVE = 3;

export interface ClusterStatusDeps {
  /** With the token: its hash names what belongs to the bot. */
  loaded: Loaded;
  survey: SurveyCluster;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/**
 * `ccbot cluster status`: reads the cluster itself, so it does not matter whether ccbot runs. Returns 0 while a machine
 * polls, 3 while none does or this machine is in no cluster, and the code of the fault if the cluster cannot be read.
 */
export async function clusterStatus({ json }: { json: boolean }, deps: ClusterStatusDeps): Promise<number> {
  const { out } = deps;
  return withSurvey(json, deps, ({ settings: { host }, survey, standing }) => {
    if (json) out.write(`${JSON.stringify(standingAsData(survey, standing, host))}\n`);
    else out.write(renderStanding(survey, standing, host));
    return standing.poller.is === 'polling' ? EXIT.ok : NOT_ACTIVE;
  });
}

/** A cluster as a command has read it. */
export interface Surveyed {
  settings: ClusterSettings;
  names: ClusterNames;
  survey: Survey;
  standing: Standing;
}

/**
 * Reads the cluster for a command, and returns the exit code of `work`: 3 without a cluster, and the code of the fault if
 * the settings are wrong, the cluster cannot be read, or `work` throws one.
 */
export async function withSurvey(
  json: boolean,
  deps: ClusterStatusDeps,
  work: (surveyed: Surveyed) => Promise<number> | number,
): Promise<number> {
  const { loaded } = deps;
  if (!loaded.ok) return refuse(loaded.faults, json, deps);
  const { config } = loaded;
  try {
    const settings = readClusterSettings(config);
    if (settings === null) return sayAlone(json, deps);
    const token = config.TELEGRAM_BOT_TOKEN;
    const names = clusterNames(token);
    const survey = await deps.survey(settings, names, token.split(':')[0] ?? '');
    return await work({ settings, names, survey, standing: standingOf(survey, settings.host, deps.now()) });
  } catch (error) {
    if (error instanceof FaultError) return refuse([error.fault], json, deps);
    throw error;
  }
}

const ALONE =
  'This machine works alone: CCBOT_CLUSTER_URL is not set. `ccbot cluster join` joins it to others.\n';

/** This machine is in no cluster. */
function sayAlone(json: boolean, { out }: ClusterStatusDeps): number {
  out.write(json ? `${JSON.stringify({ clustered: false })}\n` : ALONE);
  return NOT_ACTIVE;
}

/** Says the faults, and returns the exit code of the first. */
function refuse(faults: readonly Fault[], json: boolean, { out, err }: ClusterStatusDeps): number {
  for (const one of faults) err.write(`ccbot: ${faultText(one)}\n`);
  const [first] = faults;
  if (json && first !== undefined) {
    const { code, what, todo } = first;
    out.write(`${JSON.stringify({ fault: { code, what, todo } })}\n`);
  }
  return first?.exit ?? EXIT.config;
}
