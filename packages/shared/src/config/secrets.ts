import type { Config } from './schema';

/** Every text of the settings that must not be shown: the token, and the proxy's password as it is written and as it is meant. */
export function secretsOf(config: Pick<Config, 'TELEGRAM_BOT_TOKEN' | 'TG_PROXY_URL'>): string[] {
  return [config.TELEGRAM_BOT_TOKEN, ...passwordsOf(config.TG_PROXY_URL)].filter((text) => text !== '');
}

function passwordsOf(url: string): string[] {
  if (url === '') return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // a bare % in it: it is meant as it is written
  }
}
