import { BOT_METHODS } from './bot';
import type { Method } from './chat';
import { COMMAND_METHODS } from './commands';
import { MEDIA_METHODS } from './media';
import { TEXT_METHODS } from './text';

/** All methods but `getUpdates`, which the server handles because it waits. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...BOT_METHODS,
  ...COMMAND_METHODS,
  ...TEXT_METHODS,
  ...MEDIA_METHODS,
};
