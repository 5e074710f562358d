import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createChatPage } from './chat-page/serve';
import { startTelegram, type Sandbox } from './telegram/server';

/** The people of the sandbox. */
export const OWNER = { id: 7_000_001, is_bot: false, first_name: 'You', language_code: 'en' } as const;
/** Somebody whom the bot must not answer. */
export const STRANGER = {
  id: 8_000_002,
  is_bot: false,
  first_name: 'A stranger',
  language_code: 'en',
} as const;

/** Calls that a sandbox remembers which may run for days. */
const REMEMBERED = 10_000;

/** The Bot API with its chat page. */
export interface SandboxWithPage {
  telegram: Sandbox;
  /** The page's address, with the secret in it. */
  page: string;
  close(): Promise<void>;
}

/** What of the sandbox can be chosen. */
export interface SandboxWithPageOptions {
  /** 0: a free one. */
  port: number;
  /** True: Telegram's pace, with 429. */
  pacing?: boolean;
  /** Where page.html, page.css and page.js lie; absent: beside the bundle. */
  assets?: string;
}

/** Starts the Bot API and the chat page on one port of loopback. Rejects when the port is in use. */
export async function startSandbox(options: SandboxWithPageOptions): Promise<SandboxWithPage> {
  const secret = randomBytes(16).toString('base64url');
  const pages: ReturnType<typeof createChatPage>[] = []; // made below: the page needs what the server knows
  let quiet: NodeJS.Timeout | undefined;
  const telegram = await startTelegram({
    port: options.port,
    token: `${100_000_000 + randomBytes(3).readUIntBE(0, 3)}:${randomBytes(26).toString('base64url')}`,
    botUsername: 'ccbot_sandbox_bot',
    owner: OWNER,
    stranger: STRANGER,
    pacing: options.pacing ?? false,
    remember: REMEMBERED,
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
          if (quiet !== undefined) return;
          // The answer to who asked goes out before.
          setImmediate(() => void telegram.refuse());
          quiet = setTimeout(() => {
            quiet = undefined;
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
      clearTimeout(quiet);
      await telegram.close();
    },
  };
}
