import * as z from 'zod/mini';
import type { Cluster } from '../../cluster/cluster';
import type { Machine } from '../../cluster/model';
import type { Session } from '../../sessions/model';
import type { Figures } from '../../sessions/events';
import { figuresSchema } from '../../sessions/rows';
import type { AgentLimit } from './store';

/** The most sessions and limits in a report. */
const SESSIONS_MAX = 200;
const LIMITS_MAX = 40;

/** Reset times that differ by less than this, ms, are of one account. */
const SAME_RESET_MS = 300_000;

const shownLimit = z.object({
  window: z.string(),
  usedPercent: z.number(),
  resetsAt: z.exactOptional(z.number()),
  at: z.number(),
});

/** What a machine has used. */
export const usageReport = z.object({
  sessions: z.array(z.object({ id: z.string(), figures: z.optional(figuresSchema) })),
  limits: z.array(z.object({ agent: z.string(), limit: shownLimit })),
});

type ShownLimit = z.infer<typeof shownLimit>;

/** A limit of an account. `host`: the machine that reported it, if it is another one. */
export interface LimitOfAgent {
  agent: string;
  limit: ShownLimit;
  host?: string;
}

/** What the sessions and accounts of the other machines have used. */
export interface UsageElsewhere {
  sessions: { name: string; figures: Omit<Figures, 'limits'> | undefined }[];
  limits: LimitOfAgent[];
  /** All machines: what those that are away reported last may be old. */
  machines: Machine[];
}

export function reportUsage(
  sessions: readonly Pick<Session, 'id' | 'card'>[],
  limits: readonly AgentLimit[],
): z.infer<typeof usageReport> {
  return {
    sessions: sessions.slice(-SESSIONS_MAX).map(({ id, card }) => ({ id, figures: card.figures })),
    limits: limits.slice(0, LIMITS_MAX).map(({ agent, limit }) => {
      const { window, usedPercent, resetsAt, at } = limit;
      return { agent, limit: { window, usedPercent, at, ...(resetsAt === undefined ? {} : { resetsAt }) } };
    }),
  };
}

export function usageElsewhere(cluster: Pick<Cluster, 'view' | 'reports'> | undefined): UsageElsewhere {
  if (cluster === undefined) return { sessions: [], limits: [], machines: [] };
  const { view, reports } = cluster;
  const all = reports.of('usage', usageReport);
  const figures = new Map(all.flatMap(({ value }) => value.sessions.map((each) => [each.id, each.figures])));
  return {
    sessions: view
      .elsewhere()
      .filter(({ live }) => live)
      .map(({ id, label }) => ({ name: label, figures: figures.get(id) })),
    limits: all.flatMap(({ machine: { host }, value }) => value.limits.map((limit) => ({ ...limit, host }))),
    machines: view.machines(),
  };
}

/** The limits of all machines, each account once, as it was reported last. */
export function allLimits(own: readonly LimitOfAgent[], others: readonly LimitOfAgent[]): LimitOfAgent[] {
  const limits = [...own];
  for (const other of others) {
    const found = limits.findIndex((each) => isSame(each, other));
    const known = limits[found];
    if (known === undefined) limits.push(other);
    else if (known.limit.at < other.limit.at) limits[found] = { ...known, limit: other.limit };
  }
  return limits;
}

function isSame(a: LimitOfAgent, b: LimitOfAgent): boolean {
  const { resetsAt: first } = a.limit;
  const { resetsAt: second } = b.limit;
  if (a.agent !== b.agent || a.limit.window !== b.limit.window) return false;
  return first !== undefined && second !== undefined && Math.abs(first - second) < SAME_RESET_MS;
}
