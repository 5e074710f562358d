import { createServer, type Server } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { openPlace, type Line, type Place } from '../fixtures/harness';
import { renderMetrics } from './render';

let place: Place;
beforeEach(async () => {
  place = await openPlace();
  place.behave('counting');
});
afterEach(async () => {
  await place.close();
});

const polls = (line: Line): boolean => line.message === 'worker polling';

/** An unused port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function get(
  port: number,
  path: string,
  host = '127.0.0.1',
  method = 'GET',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request({ port, path, host, method, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

it('prints the metrics of supervisor and worker, and includes them in status --json', async () => {
  const supervisor = place.run(['supervise']);
  await supervisor.line(polls);
  const { code, out } = await place.ask('metrics');
  expect(code).toBe(0);
  expect(out).toContain('\nccbot_up 1\n');
  expect(out).toContain('# TYPE ccbot_restarts_total counter\nccbot_restarts_total 0\n');
  expect(out).toContain('ccbot_stand_in_seconds_bucket{class="card",le="+Inf"} 3\n');
  expect(
    out
      .split('\n')
      .filter((line) => !/^(# (HELP|TYPE) ccbot_\w+ .+|ccbot_\w+(\{.*\})? [\d.e+-]+|)$/.test(line)),
  ).toEqual([]);
  const { report } = JSON.parse((await place.ask('status', '--json')).out) as {
    report: { metrics: { name: string }[] };
  };
  const names = report.metrics.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['ccbot_up', 'ccbot_outbox_depth', 'ccbot_stand_in_seconds']));
  expect(new Set(names).size).toBe(names.length);
});

it('prints them as JSON on request', async () => {
  const supervisor = place.run(['supervise']);
  await supervisor.line(polls);
  const { code, out } = await place.ask('metrics', '--json');
  const families = JSON.parse(out) as { name: string; samples: { value: number }[] }[];
  expect(code).toBe(0);
  expect(families.find(({ name }) => name === 'ccbot_up')?.samples).toEqual([{ labels: {}, value: 1 }]);
  expect(families.map(({ name }) => name)).toContain('ccbot_stand_in_seconds');
});

it('says on stderr why there are none when nothing is running, and exits with 3', async () => {
  expect(await place.ask('metrics')).toEqual({
    code: 3,
    out: '',
    err: 'ccbot is not running: there is no trace of an earlier run.\n',
  });
});

it('serves them only on the configured port of 127.0.0.1, until it ends', async () => {
  const port = await freePort();
  const supervisor = place.run(['supervise'], { CCBOT_METRICS_PORT: String(port) });
  await supervisor.line(polls);
  const answer = await get(port, '/metrics');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('\nccbot_up 1\n');
  expect((await get(port, '/')).status).toBe(404);
  expect((await get(port, '/metrics', '127.0.0.1', 'POST')).status).toBe(405);
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((i) => i !== undefined && i.family === 'IPv4' && !i.internal)
    .map((i) => i?.address ?? '');
  for (const host of [...others, '127.0.0.2'])
    await expect(get(port, '/metrics', host)).rejects.toThrow('ECONNREFUSED');
  expect((await place.ask('status')).out).toContain(`http://127.0.0.1:${port}/metrics`);
  supervisor.kill('SIGTERM');
  expect(await supervisor.end).toBe(0);
  await expect(get(port, '/metrics')).rejects.toThrow('ECONNREFUSED');
});

describe('when the port is in use', () => {
  let taken: Server;
  let port: number;
  beforeEach(async () => {
    taken = createServer((_, response) => response.end('mine'));
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    ({ port } = taken.address() as AddressInfo);
  });
  afterEach(() => new Promise((resolve) => (taken.listening ? taken.close(resolve) : resolve(undefined))));

  it('reports it and keeps running, and listens after a restart if the port is free', async () => {
    const supervisor = place.run(['supervise'], { CCBOT_METRICS_PORT: String(port) });
    const line = await supervisor.line(({ code }) => code === 'METRICS_PORT');
    expect(line.message).toContain(`127.0.0.1:${port}: `);
    await supervisor.line(polls);
    expect((await get(port, '/metrics')).text).toBe('mine');
    expect((await place.ask('status')).out).toMatch(/^metrics +Cannot serve metrics .*EADDRINUSE/m);
    expect((await place.ask('metrics')).out).toContain('\nccbot_up 1\n');
    await new Promise((resolve) => {
      taken.close(resolve);
      taken.closeAllConnections();
    });
    expect((await place.ask('restart')).code).toBe(0);
    expect((await get(port, '/metrics')).text).toContain('\nccbot_restarts_total 1\n');
  });
});

it('rejects an invalid port before it starts anything', async () => {
  for (const wrong of ['70000', '-1', '1.5', 'http']) {
    const run = place.run(['supervise'], { CCBOT_METRICS_PORT: wrong });
    expect(await run.end).toBe(78);
    expect(run.stderr()).toContain('CCBOT_METRICS_PORT');
  }
});

it('escapes characters that would break a line', () => {
  const text = renderMetrics([
    {
      name: 'm',
      help: 'a\nb\\',
      type: 'gauge',
      samples: [{ labels: { x: '"\n\\' }, value: Number.POSITIVE_INFINITY }],
    },
  ]);
  expect(text).toBe('# HELP m a\\nb\\\\\n# TYPE m gauge\nm{x="\\"\\n\\\\"} +Inf\n');
});
