import dns, { type LookupAddress } from 'node:dns';
import { request, type Agent } from 'node:http';
import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { openBlackHole, type BlackHole } from '../fixtures/black-hole';
import { answering, openHttp, type TestServer } from '../fixtures/servers';
import { agentFactory } from './agents';
import { allowSlowLinks, ATTEMPT_MS } from './attempts';
import { classifyError, type Trouble } from './classify';
import { symptomOf } from './symptom';
import { followRequest, type Trip } from './trip';

const LIVE: LookupAddress = { address: '127.0.0.1', family: 4 };
/** Where nothing listens. */
const REFUSING: LookupAddress = { address: '127.0.0.2', family: 4 };
/** How long after the first packet a slow link lets a connection come about, ms. */
const SLOW_MS = 400;

const systemLookup = dns.lookup;
let addresses: LookupAddress[];
let onLookup: () => void;
let server: TestServer;
let hole: BlackHole | undefined;

beforeEach(async () => {
  server = await openHttp(answering(200, 'served'));
  onLookup = () => undefined;
  // A name server of the test's own.
  dns.lookup = ((_host: string, _options: object, callback: (error: null, all: LookupAddress[]) => void) => {
    onLookup();
    setImmediate(() => callback(null, addresses));
  }) as never;
  setDefaultAutoSelectFamilyAttemptTimeout(250);
});
afterEach(async () => {
  dns.lookup = systemLookup;
  setDefaultAutoSelectFamilyAttemptTimeout(250);
  await hole?.close();
  hole = undefined;
  await server.close();
});

/** Asks `telegram.test`. Resolves with the time it took, ms, or the trouble. */
function ask(agent: Agent, port: number): Promise<number | Trouble> {
  const since = performance.now();
  const trip: Trip = { isSent: false };
  return new Promise((resolve) => {
    const sent = request({ host: 'telegram.test', port, agent }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - since));
    });
    followRequest(sent, trip);
    sent.on('error', (error) => resolve(classifyError({ symptom: symptomOf(error), isSent: trip.isSent })));
    sent.end();
  });
}

const makeAgent = async (): Promise<Agent> =>
  (await agentFactory({ url: 'http://telegram.test', proxyUrl: '' }))();

describe('a link on which a connection takes 1 s, to a host with a second address that leads nowhere', () => {
  beforeEach(async () => {
    hole = await openBlackHole({ forwardTo: server.port });
    addresses = [LIVE, REFUSING];
    onLookup = () => hole?.wake(SLOW_MS);
  });

  it('never connects as Node.js is by default, and the error still has a reason', async () => {
    const trouble = await ask(await makeAgent(), hole?.port ?? 0);
    expect(trouble).toMatchObject({ arrived: 'no', reason: expect.stringContaining('127.0.0.1') as string });
  });

  it('connects with the time that ccbot allows', async () => {
    allowSlowLinks();
    const took = await ask(await makeAgent(), hole?.port ?? 0);
    expect(took).toBeGreaterThan(SLOW_MS);
    expect(took).toBeLessThan(ATTEMPT_MS + 1_000);
  });
});

it('pays for a dead address once, not at each connection', async () => {
  hole = await openBlackHole({ host: REFUSING.address, port: server.port });
  addresses = [REFUSING, LIVE];
  setDefaultAutoSelectFamilyAttemptTimeout(3_000);
  const agent = await makeAgent();
  expect(await ask(agent, server.port)).toBeGreaterThan(2_900);
  expect(await ask(agent, server.port)).toBeLessThan(2_500);
});

it('tries the other addresses again when the one that worked no longer does', async () => {
  addresses = [LIVE, REFUSING];
  const agent = await makeAgent();
  expect(await ask(agent, server.port)).toEqual(expect.any(Number));
  const { port } = server;
  await server.close();
  expect(await ask(agent, port)).toMatchObject({
    code: 'NET_REFUSED',
    reason: `connect ECONNREFUSED 127.0.0.1:${port}; connect ECONNREFUSED 127.0.0.2:${port}`,
  });
});

it('leaves a longer time that the user has set', () => {
  setDefaultAutoSelectFamilyAttemptTimeout(9_000);
  allowSlowLinks();
  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBe(9_000);
});
