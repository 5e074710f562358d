/** A server that knew no rich messages is asked again after this long, ms: servers are updated. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

/** Whether rich messages are used on this server. */
export interface RichMessages {
  usable(): boolean;
  /** The server does not know them: it is not asked again for a week, or until ccbot is upgraded. */
  refused(): void;
}

/** What it is made from. */
export interface RichMessageDeps {
  /** False: the person wants none. */
  wanted: boolean;
  /** What was found out, kept over restarts. */
  memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** Which server this is: what was found out holds for it alone. */
  server: string;
  /** ccbot's own version. */
  version: string;
  now(): number;
}

/** Rich messages are tried until the server says that it does not know them. */
export function createRichMessages({ wanted, memory, server, version, now }: RichMessageDeps): RichMessages {
  const key = `rich ${server}`;
  return {
    usable() {
      if (!wanted) return false;
      const [found, at, by] = (memory.get(key) ?? '').split(' ');
      return found !== 'no' || by !== version || now() - Number(at) > ASK_AGAIN_MS;
    },
    refused() {
      memory.set(key, `no ${now()} ${version}`);
    },
  };
}
