import { createServer, Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BotApi } from './api';
import { createFileSource, type FileOpened, type FileSource } from './files';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let server: Server;
let root: string;
let asked: string[];
/** What a download is answered with, by its path. */
let offered: Record<string, string>;
beforeEach(async () => {
  [asked, offered] = [[], {}];
  server = createServer((req, res) => {
    const path = decodeURIComponent(req.url ?? '').replace(`/file/bot${TOKEN}/`, '');
    asked.push(path);
    const body = offered[path];
    res.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The files of a server that names this path. */
function naming(path: unknown, apiRoot = root): FileSource {
  const api = {
    call: () => Promise.resolve({ ok: true, value: { file_path: path } }),
  } as unknown as BotApi;
  return createFileSource({ api, token: TOKEN, apiRoot, filesDir: '', makeAgent: () => new Agent() });
}

async function contentOf(opened: FileOpened): Promise<string> {
  if (!opened.ok) throw new Error(JSON.stringify(opened));
  let text = '';
  for await (const chunk of opened.bytes as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

const open = (path: unknown, apiRoot?: string): Promise<FileOpened> =>
  naming(path, apiRoot).open({ id: 'id' }, new AbortController().signal);

it('downloads a file with a relative path', async () => {
  offered['documents/a b.txt'] = 'content';
  expect(await contentOf(await open('documents/a b.txt'))).toBe('content');
});

it.each(['/etc/passwd', '/proc/self/environ', __filename])(
  'never reads %s because a server names it',
  async (path) => {
    expect(await open(path)).toEqual({ ok: false, local: 'absent', path });
    expect(asked).toEqual([path.slice(1)]);
  },
);

it('follows no path of Telegram’s own server, and asks nobody for it', async () => {
  const path = `/srv/${TOKEN}/a`;
  const opened = await open(path, 'https://api.telegram.org');
  expect(opened).toMatchObject({ ok: false, local: 'not-trusted' });
  expect(JSON.stringify(opened)).not.toContain(TOKEN);
  expect(asked).toEqual([]);
});

it('downloads a file of a server elsewhere, such as in a container, where something offers it', async () => {
  offered['documents/a'] = 'from the container';
  expect(await contentOf(await open(`/var/lib/telegram-bot-api/${TOKEN}/documents/a`))).toBe(
    'from the container',
  );
});

it('masks the token in the path that nobody has', async () => {
  const opened = await open(`/var/lib/telegram-bot-api/${TOKEN}/documents/b`);
  expect(opened).toMatchObject({ ok: false, local: 'absent' });
  expect(JSON.stringify(opened)).not.toContain(TOKEN);
});

it.each([undefined, null, 5, {}, ['/etc/passwd']])('fails for %j in place of a path', async (path) => {
  expect(await open(path)).toMatchObject({ ok: false, failure: { kind: 'unknown' } });
});

it('has more patience with a server of one’s own, which fetches the file first, but not without end', () => {
  const [own, theirs] = [naming('a'), naming('a', 'https://api.telegram.org')];
  const GB = 1024 ** 3;
  expect(theirs.patienceMs(GB)).toBe(30_000);
  expect(own.patienceMs(undefined)).toBe(30_000);
  expect(own.patienceMs(GB)).toBeGreaterThan(1_000_000);
  expect(own.patienceMs(1_000 * GB)).toBe(3_600_000);
});
