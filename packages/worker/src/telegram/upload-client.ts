import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { Agent, FormData, ProxyAgent, buildConnector, request, type Dispatcher } from 'undici';
import type { FormField, OpenFile } from './uploads';

// A bundle of its own, loaded at the first upload: undici takes 10 MB of memory.

/** Sends forms with files. */
export interface UploadClient {
  /** Throws undici's errors, and those of the files. The files are read as fast as the server takes them. */
  post(url: string, fields: readonly FormField[], signal: AbortSignal): Promise<UploadAnswer>;
  /** Closes idle connections, and every other connection after its call. The client must not be used afterwards. */
  retire(): void;
}

export interface UploadAnswer {
  status: number;
  text: string;
}

/** A longer answer is an error, bytes. */
const ANSWER_MAX = 1_000_000;

/** Time to connect to the server or the proxy, ms. */
const CONNECT_MS = 20_000;

/** The caller's signal limits a call, so the client's own limits, which know nothing of its size, are off. */
const OPTIONS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  maxResponseSize: ANSWER_MAX,
  connect: { timeout: CONNECT_MS },
} as const;

/** Sends directly, or through a proxy (http, https, socks) unless `proxyUrl` is empty. */
export async function createUploadClient(proxyUrl: string): Promise<UploadClient> {
  const dispatcher = await dispatcherFor(proxyUrl);
  return {
    async post(url, fields, signal) {
      const body = new FormData();
      for (const [name, value] of fields) {
        body.append(name, typeof value === 'string' ? textPart(value) : new FormFile(value));
      }
      const answer = await request(url, { method: 'POST', body, signal, dispatcher });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    retire() {
      void dispatcher.close();
    },
  };
}

/**
 * A text without a file name, so that it is no file. As a string it would get other line ends, and the entities of a
 * caption would no longer be where they belong.
 */
function textPart(text: string): File {
  return new File([text], '', { type: 'text/plain;charset=utf-8' });
}

/** A file that is read from disk while it is sent. */
class FormFile extends File {
  override readonly size: number;

  constructor(private readonly file: OpenFile) {
    super([], file.name, { type: 'application/octet-stream' });
    this.size = file.size;
  }

  override stream(): ReadableStream {
    return ReadableStream.from(this.file.pieces());
  }
}

async function dispatcherFor(proxyUrl: string): Promise<Dispatcher> {
  if (proxyUrl === '') return new Agent(OPTIONS);
  if (proxyUrl.startsWith('socks')) return new Agent({ ...OPTIONS, connect: await socksConnector(proxyUrl) });
  const { connect, ...options } = OPTIONS;
  // Without a tunnel to a server over plain HTTP, as the other calls.
  return new ProxyAgent({
    ...options,
    uri: proxyUrl,
    proxyTunnel: false,
    proxyTls: connect,
    requestTls: connect,
  });
}

/** Connects through a SOCKS proxy. undici's own support for it is experimental, and says so in a warning. */
async function socksConnector(proxyUrl: string): Promise<buildConnector.connector> {
  const { SocksProxyAgent } = await import('socks-proxy-agent');
  const { SocksClient } = await import('socks');
  const { proxy, shouldLookup } = new SocksProxyAgent(proxyUrl);
  const secure = buildConnector({ timeout: CONNECT_MS });

  async function open({ hostname, protocol, port }: buildConnector.Options): Promise<Socket> {
    const host = shouldLookup ? (await lookup(hostname)).address : hostname;
    const defaultPort = protocol === 'https:' ? 443 : 80;
    const destination = { host, port: port === '' ? defaultPort : Number(port) };
    const opened = await SocksClient.createConnection({
      proxy,
      command: 'connect',
      destination,
      timeout: CONNECT_MS,
    });
    return opened.socket;
  }

  return (options, callback) => {
    open(options).then(
      (socket) =>
        options.protocol === 'https:'
          ? secure({ ...options, httpSocket: socket }, callback)
          : callback(null, socket.setNoDelay(true)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}
