import { watch } from 'node:fs';
import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { isOutOfWatches } from '@ccbot/shared/files/watch-path';
import type { Examine } from './deps';

/** Whether the system has a file watch left for this user: with none, transcripts are looked at once a second. */
export const examineWatches: Examine = ({ host }) => {
  const check = checkOf('watches', 'file watches');
  try {
    watch(host.home, () => undefined).close();
    return [check.ok('there are some left')];
  } catch (error) {
    if (!isOutOfWatches(error))
      return [check.warn(`unknown: ${reasonOf(error)}`, 'Check the permissions of your home directory.')];
    const limit = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'watches' : 'instances';
    return [
      check.warn(
        'the system has none left for this user, so ccbot looks at transcripts once a second',
        `Raise the limit, such as with \`sysctl fs.inotify.max_user_${limit}=${limit === 'watches' ? 524_288 : 1_024}\` as root, or end a program that watches many files.`,
      ),
    ];
  }
};
