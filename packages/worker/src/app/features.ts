import { adopt } from '../features/adopt/feature';
import { archive } from '../features/archive/feature';
import { card } from '../features/card/feature';
import { guardedFiles } from '../features/guarded-files/feature';
import { handover } from '../features/handover/feature';
import { help } from '../features/help/feature';
import { history } from '../features/history/feature';
import { limits } from '../features/limits/feature';
import { login } from '../features/login/feature';
import { machines } from '../features/machines/feature';
import { missing } from '../features/missing/feature';
import { naming } from '../features/naming/feature';
import { newSession } from '../features/new-session/feature';
import { permissions } from '../features/permissions/feature';
import { reveal } from '../features/reveal/feature';
import { screen } from '../features/screen/feature';
import { sendFile } from '../features/send-file/feature';
import { settings } from '../features/settings/feature';
import { stop } from '../features/stop/feature';
import { trust } from '../features/trust/feature';
import { watchLimits } from '../features/watch-limits/feature';
import type { CreateFeature } from './model';

/**
 * Every feature. They start in this order and stop in reverse; where several wait for a chat's next text, the first
 * of them takes it.
 */
export const FEATURES: readonly CreateFeature[] = [
  login,
  newSession,
  permissions,
  archive,
  adopt,
  card,
  handover,
  history,
  limits,
  machines,
  missing,
  naming,
  screen,
  stop,
  sendFile,
  reveal,
  settings,
  trust,
  help,
  guardedFiles,
  watchLimits,
];
