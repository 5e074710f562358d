/** By what one of the bot's objects on the cluster is recognised. */
export interface ObjectIdentity {
  /** As users call it. */
  name: string;
  /** When it was created, by the clock of the server. */
  created: string;
  /** The place of the newest record that it ever had. */
  last: number;
}

/** What the cluster has lost since this machine saw it last. */
export interface LostData {
  /** For messages. */
  reason: string;
  /** Updates were lost, so a message on its way may be. */
  updates: boolean;
  /** It is not known any more which message is of which machine. */
  messages: boolean;
  /** The newest record of the stream of updates that may still be the one that was there before. */
  last: number;
}

/** The objects of a bot, in the order in which they are remembered. */
export interface ClusterData {
  updates: ObjectIdentity | null;
  messages: ObjectIdentity | null;
  state: ObjectIdentity | null;
  lease: ObjectIdentity | null;
}

/** The updates first: an earlier version remembered only these, in the same form. */
const ORDER = ['updates', 'messages', 'state', 'lease'] as const;

/** What to remember of the data; an object that is missing is left out, with everything behind it. */
export function rememberedData(data: ClusterData): string {
  const found: string[] = [];
  for (const which of ORDER) {
    const object = data[which];
    if (object === null) break;
    found.push(object.created, String(object.last));
  }
  return found.join(' ');
}

/** Compares the data with what was remembered of it. Null: everything that was there still is. */
export function lostSince(remembered: string, data: ClusterData): LostData | null {
  const words = remembered.split(' ');
  const losses = ORDER.map((which, i) =>
    lossOf(words[2 * i] ?? '', Number(words[2 * i + 1]), data[which], which),
  );
  const reason = losses.filter((loss) => loss !== null).join(', ');
  if (reason === '') return null;
  const isSame = data.updates?.created === words[0];
  return {
    reason,
    updates: losses[0] !== null,
    messages: losses[1] !== null,
    last: isSame ? (data.updates?.last ?? 0) : 0,
  };
}

function lossOf(created: string, last: number, now: ObjectIdentity | null, which: string): string | null {
  if (created === '') return null; // an earlier version did not remember it
  if (now === null) return `its ${which} are gone`;
  if (now.created !== created)
    return `${now.name} was created at ${now.created}, and the one before at ${created}`;
  return now.last < last ? `${now.name} has ${now.last} records, and had ${last}` : null;
}
