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

/** The Bot API with its chat page. */
export interface SandboxWithPage {
  telegram: Sandbox;
  /** The page's address, with the secret in it. */
  page: string;
}

/** Starts the Bot API and the chat page on one port of loopback. */
export async function startSandbox(port: number): Promise<SandboxWithPage> {
  const secret = randomBytes(16).toString('base64url');
  const pages: ReturnType<typeof createChatPage>[] = []; // made below: the page needs what the server knows
  const telegram = await startTelegram({
    port,
    token: `${100_000_000 + randomBytes(3).readUIntBE(0, 3)}:${randomBytes(26).toString('base64url')}`,
    botUsername: 'ccbot_sandbox_bot',
    owner: OWNER,
    stranger: STRANGER,
    extra: (req, res) => pages.some((page) => page(req, res)),
  });
  pages.push(
    createChatPage({
      secret,
      assets: join(__dirname, 'chat-page'),
      state: telegram.state,
      people: { owner: telegram.owner, stranger: telegram.stranger },
      now: Date.now,
    }),
  );
  return { telegram, page: `${telegram.apiRoot}/${secret}/` };
}
