import { Telegram, TelegramError } from 'telegraf';
import { ApiError, type ApiPlace, type Call } from './call';

/** Calls over telegraf's client. */
export function createTelegrafCall({ token, apiRoot }: ApiPlace): Call {
  const client = new Telegram(token, { apiRoot });
  return async ({ method, payload, agent, signal }) => {
    // Telegraf's constructor would drop an agent for a root that starts with http.
    const options = { value: { ...client.options, agent } };
    const own = Object.create(client, { options }) as Telegram;
    try {
      return await own.callApi(method as never, payload as never, { signal: signal as never });
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      // A JSON value that is not the Bot API's has none of these.
      const { code, description, parameters } = error as Partial<TelegramError>;
      throw new ApiError({
        ...(code === undefined ? {} : { error_code: code }),
        ...(description === undefined ? {} : { description }),
        ...(parameters === undefined ? {} : { parameters }),
      });
    }
  };
}
