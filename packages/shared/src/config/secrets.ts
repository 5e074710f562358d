import type { Config } from './schema';

/** Every secret in the settings: the token, and the proxy's password both encoded and decoded. */
export function secretsOf(config: Pick<Config, 'TELEGRAM_BOT_TOKEN' | 'TG_PROXY_URL'>): string[] {
  return [config.TELEGRAM_BOT_TOKEN, ...passwordsOf(config.TG_PROXY_URL)].filter((text) => text !== '');
}

function passwordsOf(url: string): string[] {
  if (url === '') return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // contains a bare %, so it is not encoded
  }
}
