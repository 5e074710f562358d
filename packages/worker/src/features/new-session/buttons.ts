import { ID, type ButtonKind } from '../../cards/button';
import { readBrowseAct, writeBrowseAct, type BrowseAct } from './button-codec';

/** A tap in the directory browser of the `/new` named `request`. */
export interface BrowseIntent {
  readonly do: 'browse';
  readonly request: string;
  readonly act: BrowseAct;
}

export const browseButton: ButtonKind<BrowseIntent> = {
  verb: 'dir',
  write: ({ request, act }) => `${request}:${writeBrowseAct(act)}`,
  read(rest) {
    const [request = '', code = ''] = rest.split(':');
    const act = readBrowseAct(code);
    return ID.test(request) && act !== null ? { do: 'browse', request, act } : null;
  },
};
