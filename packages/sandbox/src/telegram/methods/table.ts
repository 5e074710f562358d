import { BOT_METHODS } from './bot';
import type { Method } from './chat';
import { COMMAND_METHODS } from './commands';
import { MEDIA_METHODS } from './media';
import { TEXT_METHODS } from './text';

/** The methods that answer at once; `getUpdates` is the server's own. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...BOT_METHODS,
  ...COMMAND_METHODS,
  ...TEXT_METHODS,
  ...MEDIA_METHODS,
};
