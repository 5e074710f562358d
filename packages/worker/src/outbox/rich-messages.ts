/** A server that did not know rich messages is tried again after this long, ms: servers are updated. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

/** Whether rich messages work on this server. */
export interface RichMessages {
  usable(): boolean;
  /** The server does not know them: they are not tried for a week, or until ccbot is upgraded. */
  refused(): void;
}

export interface RichMessageDeps {
  /** False: the user turned them off. */
  wanted: boolean;
  /** Remembers over restarts what was found out. */
  memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** What was found out applies to this server only. */
  server: string;
  /** ccbot's version. */
  version: string;
  now(): number;
}

/** Tries rich messages until the server says that it does not know them. */
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
