import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createChatPage } from './chat-page/serve';
import { startTelegram, type Sandbox } from './telegram/server';

/** The user whom the bot answers. */
export const OWNER = { id: 7_000_001, is_bot: false, first_name: 'You', language_code: 'en' } as const;
/** A user whom the bot must not answer. */
export const STRANGER = {
  id: 8_000_002,
  is_bot: false,
  first_name: 'A stranger',
  language_code: 'en',
} as const;

/** Calls that stay in memory: the demo may run for days. */
const CALLS_MAX = 10_000;

export interface SandboxWithPage {
  telegram: Sandbox;
  /** Address of the page, including its secret. */
  page: string;
  close(): Promise<void>;
}

export interface SandboxWithPageOptions {
  /** 0: a free port. */
  port: number;
  /** True: enforces Telegram's rate limit with 429. */
  pacing?: boolean;
  /** Directory of page.html, page.css and page.js; absent: beside the bundle. */
  assets?: string;
}

/** Starts the Bot API and the chat page on one port of loopback. Rejects when the port is in use. */
export async function startSandbox(options: SandboxWithPageOptions): Promise<SandboxWithPage> {
  const secret = randomBytes(16).toString('base64url');
  const pages: ReturnType<typeof createChatPage>[] = []; // filled below: the page needs the state of the server
  let outage: NodeJS.Timeout | undefined;
  const telegram = await startTelegram({
    port: options.port,
    token: `${100_000_000 + randomBytes(3).readUIntBE(0, 3)}:${randomBytes(26).toString('base64url')}`,
    botUsername: 'ccbot_sandbox_bot',
    owner: OWNER,
    stranger: STRANGER,
    pacing: options.pacing ?? false,
    remember: CALLS_MAX,
    extra: (req, res) => pages.some((page) => page(req, res)),
  });
  pages.push(
    createChatPage({
      secret,
      assets: options.assets ?? join(__dirname, 'chat-page'),
      state: telegram.state,
      now: Date.now,
      stage: {
        people: { owner: telegram.owner, stranger: telegram.stranger },
        fault: (fault) => telegram.fault(fault),
        clearFaults: () => telegram.clearFaults(),
        setPacing: (on) => telegram.setPacing(on),
        refuseFor(ms) {
          if (outage !== undefined) return;
          // The answer to the request for the outage is sent first.
          setImmediate(() => void telegram.refuse());
          outage = setTimeout(() => {
            outage = undefined;
            void telegram.resume();
          }, ms);
        },
      },
    }),
  );
  return {
    telegram,
    page: `${telegram.apiRoot}/${secret}/`,
    async close() {
      clearTimeout(outage);
      await telegram.close();
    },
  };
}
