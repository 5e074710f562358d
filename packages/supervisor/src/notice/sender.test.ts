import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@ccbot/shared/fixtures/until';
import { createNoticeSender, type NoticeSender, type NoticeTarget } from './sender';

let server: Server;
let target: NoticeTarget;
let answers: number[];
let bodies: { chat_id: number; text: string; entities: unknown[] }[];
let logged: string[];
let sender: NoticeSender;
let arrived: () => void;

/** Resolves when this many messages have arrived. */
const came = (count: number): Promise<void> =>
  new Promise((resolve) => {
    arrived = () => bodies.length >= count && resolve();
    arrived();
  });

beforeEach(async () => {
  answers = [];
  bodies = [];
  logged = [];
  arrived = () => undefined;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as (typeof bodies)[number]);
      response.writeHead(answers.shift() ?? 200).end('{"ok":true}');
      arrived();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  target = {
    apiRoot: `http://127.0.0.1:${port}`,
    token: '1:secret',
    chats: [7, 8],
    host: 'box',
    proxyUrl: '',
  };
  const log = (_level: string, text: string, meta?: unknown): void =>
    void logged.push(`${text} ${JSON.stringify(meta)}`);
  sender = createNoticeSender(
    Object.assign(log, { with: () => log as never, close: () => Promise.resolve() }),
    10,
  );
});
afterEach(async () => {
  sender.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const loop = { kind: 'loop', failures: 3, reason: 'x', nextInMs: 1_000 } as const;

it('sends to every allowed user, once', async () => {
  sender.send(loop, target);
  await came(2);
  expect(bodies.map(({ chat_id }) => chat_id)).toEqual([7, 8]);
  const { text = '', entities } = bodies[0] ?? {};
  expect(text).toMatch(/box.*See ccbot logs\.$/s);
  expect(entities).toEqual([{ type: 'code', offset: text.indexOf('ccbot logs'), length: 10 }]);
});

it('tries again only for those it could not reach', async () => {
  answers = [500, 200, 429, 200];
  sender.send(loop, target);
  await came(4);
  expect(bodies.map(({ chat_id }) => chat_id)).toEqual([7, 8, 7, 7]);
});

it.each([400, 401, 403])('does not try again after %i', async (code) => {
  answers = [code, 200];
  sender.send(loop, target);
  await came(2);
  sender.send({ kind: 'recovered' }, { ...target, chats: [9] });
  await came(3);
  expect(bodies.map(({ chat_id }) => chat_id)).toEqual([7, 8, 9]);
});

it('sends no recovery to a chat that never got the bad news', async () => {
  const nowhere = { ...target, apiRoot: 'http://127.0.0.1:1', chats: [7] };
  sender.send(loop, nowhere);
  await until(() => logged.length > 0);
  sender.send({ kind: 'recovered' }, { ...target, chats: [7] });
  sender.send(loop, { ...target, chats: [8] });
  await came(1);
  expect(bodies.map(({ chat_id }) => chat_id)).toEqual([8]);
  expect(logged.join('\n')).not.toContain('1:secret');
});
