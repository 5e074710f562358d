// `npm run chaos -- --seed N --faults M`: runs a real supervisor and worker under random faults, with the sandbox as
// Telegram. Exits with 1 when there is ever a second poller, a message is lost or handled twice, or something is left
// behind. The seed replays a run; --only NAME selects a fault, --verbose prints more.
// `npm run chaos -- messages --seed N --messages 2000 --people 20`: sends numbered messages while the worker is killed at
// any write and Telegram fails. No message or answer may be lost, repeated without a mark, or out of order.
// `npm run chaos -- cluster --seed N --faults M --machines K`: several machines with one bot and a real nats-server, in
// namespaces of their own, while machines, the server and the ways between them fail. Never two pollers, nothing lost,
// nothing twice; prints how long a take-over takes.
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

const entries = { messages: 'test/chaos/messages/main.ts', cluster: 'test/chaos/cluster/main.ts' };
const entry = entries[process.argv[2]] ?? 'test/chaos/main.ts';
await orExplain(() => runBundled(entry));
