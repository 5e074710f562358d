import { entryOf, openConnection, openExistingBucket, type Connection } from '../nats-connection';
import { connectFault, isAnswer } from '../nats-faults';
import { machineKey, ownKeysOf } from '../shared/keys';
import { rowIn, sessionRow } from '../shared/rows';
import type { ForgetMachine } from './survey';

/** See {@link ForgetMachine}. */
export const forgetNats: ForgetMachine = async (settings, names, { host, revision }) => {
  const connection = await openConnection(settings);
  try {
    const bucket = await openExistingBucket(connection, names.state);
    try {
      // First of all, and only if the machine has not written since: then it is back.
      await bucket.delete(machineKey(host), { previousSeq: revision });
    } catch (error) {
      if (isAnswer(error, 'StreamWrongLastSequence')) return null;
      throw error;
    }
    await removeUpdates(connection, names.stream, host, names.to(host));
    let sessions = 0;
    for await (const key of await bucket.keys()) {
      const entry = await bucket.get(key);
      if (entry === null) continue;
      const isSession = rowIn(sessionRow, entryOf(entry))?.host === host;
      if (!isSession && !ownKeysOf(host).some((prefix) => key.startsWith(prefix))) continue;
      await bucket.delete(key);
      if (isSession) sessions++;
    }
    return { sessions };
  } catch (error) {
    throw connectFault(settings.servers.join(', '), error);
  } finally {
    await connection.nc.close();
  }
};

/** What waits for the machine, and what would hand it over. */
async function removeUpdates(
  { jsm }: Connection,
  stream: string,
  host: string,
  subject: string,
): Promise<void> {
  try {
    await jsm.consumers.delete(stream, host);
  } catch (error) {
    if (!isAnswer(error, 'ConsumerNotFound')) throw error; // it never got as far as to ask for its updates
  }
  const { state } = await jsm.streams.info(stream);
  // Not the newest record of all, from which the next poller continues: it ends with its age.
  await jsm.streams.purge(stream, { filter: subject, seq: state.last_seq });
}
