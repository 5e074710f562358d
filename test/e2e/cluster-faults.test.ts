import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { clusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import { FaultError } from '@ccbot/shared/faults/fault';
import { selfSigned } from '@ccbot/shared/fixtures/certificate';
import type { ClusterLink, NewRecord } from '../../packages/worker/src/cluster/link';
import { createMember, type Member } from '../../packages/worker/src/cluster/member';
import { connectNats } from '../../packages/worker/src/cluster/nats-client';
import { createSharedCopy } from '../../packages/worker/src/cluster/shared/copy';
import { machineKey } from '../../packages/worker/src/cluster/shared/keys';
import { startNats, type Nats, type NatsOptions } from './harness/nats';
import { writeUntilRefused } from './harness/nats-full';
import { openNatsRelay } from './harness/nats-relay';
import { until } from './harness/until';

const TOKEN = `123456789:${'A'.repeat(35)}`;
const BOT = '123456789';
const names = clusterNames(TOKEN);
const noLog = (): void => undefined;

/** What a test has to itself, so that several can run at the same time. */
interface World {
  dir: string;
  nats: Nats;
  links: ClusterLink[];
  members: Member[];
}

/** Runs a test with a server of its own, and ends what it has opened. */
function withNats<Row extends readonly unknown[]>(
  test: (world: World, ...row: Row) => Promise<void>,
  options: NatsOptions | ((dir: string) => NatsOptions) = {},
): (...row: Row) => Promise<void> {
  return async (...row) => {
    const dir = mkdtempSync(join(tmpdir(), 'ccbot-nats-'));
    const nats = await startNats(dir, typeof options === 'function' ? options(dir) : options);
    const world: World = { dir, nats, links: [], members: [] };
    try {
      await test(world, ...row);
    } finally {
      await Promise.all(world.members.map((member) => member.stop()));
      await Promise.all(world.links.map((link) => link.close()));
      await nats.close();
      rmSync(dir, { recursive: true, force: true });
    }
  };
}

const settingsFor = ({ nats }: World, more: Partial<ClusterSettings>): ClusterSettings => ({
  servers: [nats.url],
  host: 'ada',
  credentials: { kind: 'none' },
  ca: null,
  replicas: 1,
  isInsecureAllowed: false,
  ...more,
});

async function open(world: World, more: Partial<ClusterSettings> = {}): Promise<ClusterLink> {
  const link = await connectNats(settingsFor(world, more), names, BOT);
  world.links.push(link);
  return link;
}

async function faultOf(world: World, more: Partial<ClusterSettings> = {}): Promise<string> {
  try {
    await open(world, more);
  } catch (error) {
    if (error instanceof FaultError) return `${error.fault.code}: ${error.fault.what}`;
    throw error;
  }
  return 'none';
}

describe('a machine that cannot take part says why', () => {
  it.concurrent(
    'when nothing listens',
    withNats(async (world) => {
      expect(await faultOf(world, { servers: ['nats://127.0.0.1:1'] })).toContain('CLUSTER_UNREACHABLE');
    }),
  );

  it.concurrent(
    'when its credentials are wrong, and joins with the right ones',
    withNats(
      async (world) => {
        const as = (password: string) => ({
          credentials: { kind: 'password' as const, user: 'ada', password },
        });
        const refused = await faultOf(world, as('mellon'));
        expect(refused).toContain('CLUSTER_REFUSED');
        expect(refused).not.toContain('mellon');
        expect(await faultOf(world)).toContain('CLUSTER_REFUSED');
        expect(await faultOf(world, as('open sesame'))).toBe('none');
      },
      {
        config: 'authorization { users: [{ user: ada, password: "open sesame" }] }',
      },
    ),
  );

  it.concurrent(
    'when JetStream is off',
    withNats(
      async (world) => {
        expect(await faultOf(world)).toMatch(/CLUSTER_UNFIT.*JetStream is off/);
      },
      { jetstream: false },
    ),
  );

  it.concurrent(
    'when the server takes no message as large as an update can be',
    withNats(
      async (world) => {
        expect(await faultOf(world)).toMatch(/CLUSTER_UNFIT.*65536/);
      },
      { config: 'max_payload: 65536' },
    ),
  );

  it.concurrent.each(['2.9.3', '2.6.2', '2.2.0'])(
    'when the server is NATS %s, and joins once it is recent',
    withNats(async (world, version) => {
      const relay = await openNatsRelay(world.nats.port, { version });
      const servers = [relay.url];
      expect(await faultOf(world, { servers })).toMatch(/CLUSTER_UNFIT.*ccbot needs 2\.9\.4 or later/);
      relay.pretend({ version: '2.9.4' });
      expect(await faultOf(world, { servers })).toBe('none');
      await relay.close();
    }),
  );

  it.concurrent(
    'when one server cannot keep as many copies as are wanted',
    withNats(async (world) => {
      expect(await faultOf(world, { replicas: 3 })).toContain('CLUSTER_UNFIT');
    }),
  );

  it.concurrent.each([
    ['nobody of ccbot made', undefined, 'CLUSTER_FOREIGN'],
    ['is of another bot', 'ccbot, bot 42, schema 1', 'CLUSTER_FOREIGN'],
    ['a later ccbot made', `ccbot, bot ${BOT}, schema 99`, 'CLUSTER_NEWER'],
  ])(
    'when there is a bucket of its name that %s, and leaves that alone',
    withNats(async (world, _what, description, code) => {
      const nc = await connect({ servers: world.nats.url });
      const jsm = await jetstreamManager(nc);
      const name = `KV_${names.lease}`;
      await jsm.streams.add({
        name,
        subjects: ['of.others'],
        ...(description === undefined ? {} : { description }),
      });
      expect(await faultOf(world)).toContain(code);
      expect((await jsm.streams.info(name)).config.subjects).toEqual(['of.others']);
      await nc.close();
    }),
  );
});

describe('the connection', () => {
  it.concurrent(
    'is encrypted for tls://, and refused when the certificate is of nobody it trusts',
    withNats(
      async (world) => {
        const servers = [world.nats.url.replace('nats://127.0.0.1', 'tls://localhost')];
        expect(await faultOf(world, { servers })).toContain('CLUSTER_TLS_AUTHORITY');
        expect(await faultOf(world, { servers, ca: readFileSync(join(world.dir, 'cert.pem'), 'utf8') })).toBe(
          'none',
        );
      },
      (dir) => {
        const { cert, key } = selfSigned();
        const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
        writeFileSync(certFile, cert);
        writeFileSync(keyFile, key);
        return { config: `tls { cert_file: "${certFile}", key_file: "${keyFile}" }` };
      },
    ),
  );

  it.concurrent(
    'is not made without encryption when tls:// is asked for',
    withNats(async (world) => {
      const { nats } = world;
      expect(await faultOf(world, { servers: [nats.url.replace('nats:', 'tls:')] })).not.toBe('none');
    }),
  );

  it.concurrent(
    'may be set up by several machines at the same moment',
    withNats(async (world) => {
      const opened = await Promise.all(['ada', 'bob', 'cyd'].map((host) => open(world, { host })));
      expect(opened).toHaveLength(3);
    }),
  );
});

describe('the stream', () => {
  const record = (update: number | null, epoch: number): NewRecord => ({
    subject: update === null ? names.epoch : names.to('ada'),
    body: JSON.stringify({ update_id: update }),
    epoch,
    update,
  });

  it.concurrent(
    'refuses what an earlier poller writes once another has begun',
    withNats(async (world) => {
      const [old, next] = [(await open(world)).stream, (await open(world)).stream];
      expect(await old.append(record(1, 1), 0)).toBe(1);
      expect((await next.last())?.update).toBe(1);
      expect(await next.append(record(null, 2), 1)).toBe(2);
      expect(await old.append(record(2, 1), 1)).toBeNull();
      expect(await next.append(record(2, 2), 2)).toBe(3);
    }),
  );

  it.concurrent(
    'stores an update once, also when its confirmation was lost',
    withNats(async (world) => {
      const { stream } = await open(world);
      expect(await stream.append(record(1, 1), 0)).toBe(1);
      expect(await stream.append(record(1, 1), 0)).toBe(1);
      expect(await stream.tail()).toBe(1);
    }),
  );

  it.concurrent(
    'hands over what was not confirmed again, after the connection broke and the server was killed',
    withNats(async (world) => {
      const { nats } = world;
      const first = await open(world);
      await first.stream.admit('ada', 0);
      for (let id = 1; id <= 3; id++) await first.stream.append(record(id, 1), id - 1);
      const seen: (number | null)[] = [];
      await first.stream.consume('ada', async ({ update }) => {
        if (update === 2) await new Promise<never>(() => undefined);
        seen.push(update);
      });
      await until(() => seen.length === 1);
      await nats.kill();
      await first.closed;
      await nats.start();
      const second = await open(world);
      await second.stream.consume('ada', async ({ update }) => void seen.push(update));
      await until(() => seen.includes(3));
      // The server may have been killed before it wrote down that the first one was confirmed.
      expect(seen.at(0)).toBe(1);
      expect([...new Set(seen)]).toEqual([1, 2, 3]);
    }),
  );

  it.concurrent(
    'refuses an update for which it has no room, and keeps every one that it confirmed',
    withNats(
      async (world) => {
        const { stream } = await open(world);
        let place = 0;
        const fill = async (): Promise<void> => {
          const body = JSON.stringify({ update_id: place + 1, text: 'x'.repeat(50_000) });
          const at = await stream.append({ ...record(place + 1, 1), body }, place);
          if (at !== place + 1) throw new Error(`stored at ${at}`);
          place = at;
        };
        await expect(
          (async () => {
            for (let i = 0; i < 50; i++) await fill();
          })(),
        ).rejects.toThrow(/resource|storage|maximum/);
        expect(place).toBeGreaterThan(0);
        expect(await stream.tail()).toBe(place);
        expect((await stream.last())?.update).toBe(place);
      },
      (dir) => ({
        jetstream: false,
        config: `jetstream { store_dir: "${join(dir, 'small')}", max_file_store: 400KB }`,
      }),
    ),
  );

  it.concurrent(
    'gives a machine that is new nothing from before it joined',
    withNats(async (world) => {
      const { stream } = await open(world);
      await stream.append(record(1, 1), 0);
      await stream.admit('ada', 1);
      await stream.append(record(2, 1), 1);
      const seen: (number | null)[] = [];
      await stream.consume('ada', async ({ update }) => void seen.push(update));
      await until(() => seen.length > 0);
      expect(seen).toEqual([2]);
    }),
  );
});

describe('a member', () => {
  const withUser = (name: string): string => `authorization { users: [{ user: ${name}, password: "x" }] }`;

  function join(
    world: World,
    host: string,
    id: string,
    memory: Partial<Record<'data' | 'taken', string>> = {},
    more: Partial<ClusterSettings> = {},
    copy = createSharedCopy(noLog),
  ) {
    const heard: string[] = [];
    const member = createMember({
      target: { settings: settingsFor(world, { host, ...more }), names, bot: BOT },
      connect: connectNats,
      presence: { host, row: { id, instance: randomUUID(), version: '1', startedAt: 1 } },
      memory: { get: (what) => memory[what], set: (what, value) => (memory[what] = value) },
      copy,
      log: noLog,
    });
    world.members.push(member);
    member.start({
      joined: async () => void heard.push('joined'),
      away: ({ code }) => void heard.push(code),
      lostData: ({ code }) => void heard.push(code),
    });
    return { member, heard, memory };
  }

  it.concurrent(
    'does not join under the name of another machine, until that one has left',
    withNats(async (world) => {
      const first = join(world, 'ada', 'one');
      await until(() => first.heard.includes('joined'));
      const second = join(world, 'ada', 'two');
      await until(() => second.heard.includes('CLUSTER_HOST_TAKEN'));
      expect(first.heard).toEqual(['joined']);
      await first.member.stop();
      await until(() => second.heard.includes('joined'));
    }),
  );

  it.concurrent(
    'joins at once under its own name after it was killed',
    withNats(async (world) => {
      const { state } = await open(world);
      const row = { schema: 1, id: 'one', instance: 'dead', version: '1', startedAt: 1, state: 'up' };
      await state.put(machineKey('ada'), JSON.stringify(row));
      const again = join(world, 'ada', 'one');
      await until(() => again.heard.length > 0, undefined, 5_000);
      expect(again.heard).toEqual(['joined']);
    }),
  );

  it.concurrent(
    'does not join beside a machine that writes what it cannot read',
    withNats(async (world) => {
      const { state } = await open(world);
      const row = { schema: 2, id: 'x', instance: 'x', version: '9', startedAt: 1, state: 'up' };
      await state.put(machineKey('bob'), JSON.stringify(row));
      const { heard } = join(world, 'ada', 'one');
      await until(() => heard.length > 0);
      expect(heard).toEqual(['CLUSTER_NEWER']);
    }),
  );

  it.concurrent(
    'says that the cluster lost its data, sets it up again and continues',
    withNats(async (world) => {
      const { nats } = world;
      const { heard, member } = join(world, 'ada', 'one');
      await until(() => heard.includes('joined'));
      await member.link()?.stream.append({ subject: names.epoch, body: '{}', epoch: 1, update: null }, 0);
      await nats.kill();
      await until(() => heard.includes('CLUSTER_UNREACHABLE'));
      nats.loseData();
      await nats.start();
      await until(() => heard.length >= 4);
      expect(heard).toEqual(['joined', 'CLUSTER_UNREACHABLE', 'CLUSTER_LOST_DATA', 'joined']);
    }),
  );

  it.concurrent(
    'joins under a name once, when two machines have it and start in the same moment',
    withNats(async (world) => {
      const two = [join(world, 'ada', 'one'), join(world, 'ada', 'two')];
      await until(() => two.every(({ heard }) => heard.length > 0));
      expect(two.flatMap(({ heard }) => heard).sort()).toEqual(['CLUSTER_HOST_TAKEN', 'joined']);
    }),
  );

  it.concurrent(
    'says that its credentials were revoked while it took part, and joins again once they count',
    withNats(
      async (world) => {
        const { nats } = world;
        const { child } = nats;
        const reload = (from: string, to: string): void => {
          const [, , path = ''] = child().spawnargs;
          writeFileSync(path, readFileSync(path, 'utf8').replace(withUser(from), withUser(to)));
          child().kill('SIGHUP');
        };
        const credentials = { kind: 'password' as const, user: 'ada', password: 'x' };
        const { heard } = join(world, 'ada', 'one', {}, { credentials });
        await until(() => heard.includes('joined'));
        reload('ada', 'bob');
        await until(() => heard.includes('CLUSTER_REFUSED'));
        reload('bob', 'ada');
        await until(() => heard.filter((news) => news === 'joined').length === 2);
      },
      { config: withUser('ada') },
    ),
  );

  it.concurrent(
    'notices that the data was deleted under a server that runs, once that starts again',
    withNats(async (world) => {
      const { nats } = world;
      const { heard, member } = join(world, 'ada', 'one');
      await until(() => heard.includes('joined'));
      await member.link()?.stream.append({ subject: names.epoch, body: '{}', epoch: 1, update: null }, 0);
      nats.loseData();
      await nats.kill();
      await nats.start();
      await until(
        () => heard.includes('CLUSTER_LOST_DATA'),
        () => heard.join(),
      );
      await until(
        () => heard.at(-1) === 'joined',
        () => heard.join(),
      );
    }),
  );

  it.concurrent(
    'says that the server cannot use its data when that is deleted while it runs, until it starts again',
    withNats(async (world) => {
      const { nats } = world;
      const { heard } = join(world, 'ada', 'one');
      await until(() => heard.includes('joined'));
      nats.loseData();
      const nc = await connect({ servers: nats.url });
      await writeUntilRefused(await new Kvm(nc).open(names.state));
      await nc.close();
      await until(
        () => heard.includes('CLUSTER_STORE_FAILED'),
        () => heard.join(),
      );
      const { heard: second } = join(world, 'bob', 'two');
      await until(() => second.length > 0);
      expect(second).toEqual(['CLUSTER_STORE_FAILED']);
      expect(heard).not.toContain('CLUSTER_HOST_TAKEN');
      await nats.kill();
      await nats.start();
      await until(
        () => heard.at(-1) === 'joined' && second.at(-1) === 'joined',
        () => heard.join(),
      );
      expect(heard).toContain('CLUSTER_LOST_DATA');
    }),
  );

  /** Asks the server for something that ccbot would not. */
  async function asAdmin({ nats }: World, work: (jsm: JetStreamManager) => Promise<unknown>): Promise<void> {
    const nc = await connect({ servers: nats.url });
    await work(await jetstreamManager(nc));
    await nc.close();
  }

  it.concurrent.each([
    ['the stream of updates', names.stream],
    ['the bucket of the lease', `KV_${names.lease}`],
    ['the shared bucket', `KV_${names.state}`],
    ['the bucket of messages', `KV_${names.messages}`],
  ])(
    'notices on each machine that %s was deleted, and sets it up again once',
    withNats(async (world, _what, stream) => {
      const two = [join(world, 'ada', 'one'), join(world, 'bob', 'two')];
      await until(() => two.every(({ heard }) => heard.includes('joined')));
      await asAdmin(world, (jsm) => jsm.streams.delete(stream));
      const again = ({ heard }: { heard: string[] }): boolean =>
        heard.filter((news) => news === 'joined').length === 2;
      await until(
        () => two.every(again),
        () => two.map(({ heard }) => heard.join()).join(' and '),
      );
      for (const { heard } of two)
        expect(heard).toEqual(['joined', 'CLUSTER_LOST_DATA', 'CLUSTER_LOST_DATA', 'joined']);
      const { state } = await open(world);
      await until(async () => (await state.get(machineKey('bob')))?.value?.includes('"up"') === true);
    }),
  );

  it.concurrent(
    'gets what was sent since when the consumer of its updates was deleted, and nothing twice',
    withNats(async (world) => {
      const seen: (number | null)[] = [];
      const { heard, member, memory } = join(world, 'ada', 'one');
      const receive = (): void =>
        void member.link()?.stream.consume('ada', async ({ update, sequence }) => {
          seen.push(update);
          memory.taken = String(sequence);
        });
      const append = (update: number) =>
        member
          .link()
          ?.stream.append(
            { subject: names.to('ada'), body: JSON.stringify({ update_id: update }), epoch: 1, update },
            update - 1,
          );
      await until(() => heard.includes('joined'));
      receive();
      await append(1);
      await until(() => seen.length === 1);
      await asAdmin(world, (jsm) => jsm.consumers.delete(names.stream, 'ada'));
      await append(2);
      await until(
        () => heard.filter((news) => news === 'joined').length === 2,
        () => heard.join(),
      );
      receive();
      await append(3);
      await until(() => seen.includes(3));
      expect(seen).toEqual([1, 2, 3]);
      expect(heard).toEqual(['joined', 'CLUSTER_LOST_DATA', 'joined']);
    }),
  );

  it.concurrent(
    'leaves once when a machine of a later version joins, changes nothing of it, and is back when that is gone',
    withNats(async (world) => {
      const { heard } = join(world, 'ada', 'one');
      await until(() => heard.includes('joined'));
      const { state } = await open(world);
      const later = JSON.stringify({ schema: 2, of: { a: ['form', 'that', 'nobody', 'knows'] } });
      await state.put(machineKey('bob'), later);
      await until(() => heard.includes('CLUSTER_NEWER'));
      expect((await state.get(machineKey('ada')))?.value).toContain('"stopped"');
      await state.remove(machineKey('bob'));
      await until(
        () => heard.at(-1) === 'joined',
        () => heard.join(),
      );
      expect(heard).toEqual(['joined', 'CLUSTER_NEWER', 'joined']);
    }),
  );

  it.concurrent(
    'writes nothing beside a machine of a later version, also not what has waited',
    withNats(async (world) => {
      const { state } = await open(world);
      await state.put(machineKey('bob'), JSON.stringify({ schema: 2 }));
      const copy = createSharedCopy(noLog);
      copy.put('setting.a.b', 'of an earlier version');
      const { heard } = join(world, 'ada', 'one', {}, {}, copy);
      await until(() => heard.length > 0);
      expect(heard).toEqual(['CLUSTER_NEWER']);
      expect(await state.get('setting.a.b')).toBeNull();
      await state.remove(machineKey('bob'));
      await until(() => heard.includes('joined'));
      expect((await state.get('setting.a.b'))?.value).toBe('of an earlier version');
    }),
  );

  it.concurrent(
    'is new again after it was forgotten: what was there before is not for it',
    withNats(async (world) => {
      const { stream, state } = await open(world);
      const first = join(world, 'ada', 'one');
      await until(() => first.heard.includes('joined'));
      await first.member.stop();
      await state.remove(machineKey('ada'));
      await asAdmin(world, (jsm) => jsm.consumers.delete(names.stream, 'ada'));
      await stream.append({ subject: names.to('ada'), body: '{"update_id":1}', epoch: 1, update: 1 }, 0);
      const { heard } = join(world, 'ada', 'one', first.memory);
      await until(() => heard.includes('joined'));
      expect(heard).toEqual(['joined']);
      expect(await stream.waiting('ada')).toBe(0);
    }),
  );
});
