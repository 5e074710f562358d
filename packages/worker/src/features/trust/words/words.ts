import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { serverOf } from '../decide';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** The machine, and where its settings are. */
interface Place {
  host: string;
  settingsFile: string;
}

export const trustWords = topic('trust', { en, ru, zh }, (say) => ({
  /** A user who never wrote has no name but the id. */
  user: (name: string, id: number) =>
    name === String(id) ? code(name) : `${code(name)} (${code(String(id))})`,
  usersChanged: (added: readonly string[], removed: readonly string[], { host, settingsFile }: Place) =>
    [
      say('usersChanged', { host: code(host) }),
      ...(added.length === 0 ? [] : [say('added', { users: added.join(', ') })]),
      ...(removed.length === 0 ? [] : [say('removed', { users: removed.join(', ') })]),
      '',
      say('checkUsers', { file: code(settingsFile) }),
    ].join('\n'),
  serverChanged: (before: string, now: string, through: 'previous' | 'new', { host, settingsFile }: Place) =>
    [
      say('serverChanged', { host: code(host), now: code(serverOf(now)), before: code(serverOf(before)) }),
      through === 'previous' ? say('throughPrevious') : say('throughNew'),
      '',
      say('checkServer', { file: code(settingsFile) }),
    ].join('\n'),
  accessLost: (users: readonly string[], apiRoot: string, { host, settingsFile }: Place) =>
    [
      say('accessLost', { host: code(host), users: users.join(', '), server: code(serverOf(apiRoot)) }),
      '',
      say('checkBoth', { file: code(settingsFile) }),
    ].join('\n'),
}));
