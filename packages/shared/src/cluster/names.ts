import { createHash } from 'node:crypto';

/**
 * The version of what machines write for each other. A machine that meets a later one does not join: it could not read
 * what it is told.
 */
export const CLUSTER_SCHEMA = 1;

/** The names of one bot's objects on the cluster. They do not reveal the token. */
export interface ClusterNames {
  /** The bucket of the lease. */
  lease: string;
  /** The bucket of what all machines know. */
  state: string;
  /** The bucket that says which machine a message belongs to. */
  messages: string;
  /** The stream of updates. */
  stream: string;
  /** Every subject of the stream. */
  subjects: string;
  /** The subject of a machine's updates. */
  to(host: string): string;
  /** The subject of the records with which a poller begins. */
  epoch: string;
}

/** The names for a bot token. */
export function clusterNames(token: string): ClusterNames {
  const bot = createHash('sha256').update(token).digest('hex').slice(0, 16);
  const bucket = `ccbot-${bot}`;
  const subject = `ccbot.${bot}.updates`;
  return {
    lease: `${bucket}-lease`,
    state: `${bucket}-state`,
    messages: `${bucket}-messages`,
    stream: `CCBOT_${bot}_UPDATES`,
    subjects: `${subject}.>`,
    to: (host) => `${subject}.to.${host}`,
    epoch: `${subject}.epoch`,
  };
}

/** The longest name of a machine. */
const HOST_MAX = 32;

/**
 * A machine's name on the cluster: lower-case letters, digits and `-`, at most 32, so that it can be part of a subject
 * and is easy to type on a phone. Everything else becomes `-`.
 */
export function clusterHost(name: string): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, HOST_MAX)
    .replace(/^-+|-+$/g, '');
  return clean === '' ? 'machine' : clean;
}
