import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { shownRemote } from '../git/remote';
import type { BranchHere } from '../machines/arrival';
import type { OfferIn } from '../machines/offer';
import type { PlanNote } from '../machines/plan';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** How much of a commit's name is shown, and how many files are listed. */
const COMMIT_SHOWN = 12;
const FILES_SHOWN = 10;

/** The longest reason of git, and name of a file, that is shown, UTF-16 units. */
const SHOWN_MAX = 300;

const short = (commit: string): string => code(commit.slice(0, COMMIT_SHOWN));
const shown = (text: string): string => code(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);
const again = (host: string): string => code(`/handover ${host}:`);
const listOf = (texts: readonly string[]): string => texts.map((text) => code(text)).join(', ');

export const handoverWords = topic('handover', { en, ru, zh }, (say, moments) => {
  function noteText(note: PlanNote): string {
    switch (note.code) {
      case 'push': {
        const to = {
          branch: code(note.branch),
          commit: short(note.commit),
          remote: code(note.remote),
          url: shown(shownRemote(note.url)),
        };
        return note.commits === null ? say('pushAll', to) : say('push', { count: note.commits, ...to });
      }
      case 'no-branch':
        return say('noBranch');
      case 'diverged':
        return say('diverged', { branch: code(note.branch), url: shown(shownRemote(note.url)) });
      case 'remote-silent':
        return say('remoteSilent', { url: shown(shownRemote(note.url)), reason: shown(note.reason) });
      case 'unsafe':
        return say('unsafe', { keys: listOf(note.keys.slice(0, FILES_SHOWN)) });
      case 'unreadable':
        return say('unreadable', { reason: shown(note.reason) });
      case 'changes': {
        const { files } = note;
        const more = files.length - FILES_SHOWN;
        const lines = files.slice(0, FILES_SHOWN).map((file) => `- ${shown(file)}`);
        if (more > 0) lines.push(`- ${say('more', { count: more })}`);
        return [say('changes', { count: files.length }), ...lines].join('\n');
      }
    }
  }

  function branchText(branch: BranchHere): string {
    const name = code(branch.name);
    switch (branch.is) {
      case 'here':
        return say('branchHere', { branch: name, commit: short(branch.commit) });
      case 'fetched': {
        const on = branch.on === null ? say('noBranchOn') : code(branch.on);
        return say('branchFetched', { branch: name, at: code(branch.at), on, count: branch.changes });
      }
      case 'missing':
        return say('branchMissing', { branch: name, reason: shown(branch.reason) });
    }
  }

  return {
    usage(agents: readonly string[], hosts: readonly string[]) {
      const usage = say('usage', { known: listOf(agents.map((id) => `/handover @${id}`)) });
      if (hosts.length === 0) return usage;
      return `${usage} ${say('usageMachines', { known: listOf(hosts.map((host) => `/handover ${host}:`)) })}`;
    },
    nothing: (name: string) => say('nothing', { name: code(name) }),
    handedOver: (from: string, agent: string, name: string) =>
      say('handedOver', { from: code(from), agent, name: code(name) }),
    alone: (host: string) => say('alone', { host: code(host) }),
    noMachine: (host: string, known: readonly string[]) =>
      say('noMachine', { host: code(host), known: listOf(known) }),
    sameMachine: (name: string, host: string) =>
      say('sameMachine', { name: code(name), host: code(host), command: code('/handover @agent') }),
    machineAway: (host: string, seenAt: number, now: number) =>
      say('machineAway', { host: code(host), since: moments.when(seenAt, now) }),
    clusterAway: (host: string) => say('clusterAway', { host: code(host) }),
    question: ({ name, to, cwd }: OfferIn<'ready'>, notes: readonly PlanNote[]) =>
      [say('question', { name: code(name), host: code(to), cwd: code(cwd) }), ...notes.map(noteText)].join(
        '\n\n',
      ),
    go: (isPush: boolean) => say(isPush ? 'goPush' : 'go'),
    cancel: say('cancel'),
    canceled: say('canceled'),
    changed: say('changed'),
    going: (name: string, host: string) => say('going', { name: code(name), host: code(host) }),
    expired: (host: string) => say('expired', { host: code(host), command: again(host) }),
    /** `seenAt`: the machine is away, and was last heard of then; null: it is not. `pushed`: the branch that was pushed. */
    notTaken(host: string, seenAt: number | null, now: number, pushed: string | null) {
      const why =
        seenAt === null
          ? say('notTaken', { host: code(host), command: again(host) })
          : say('notTakenAway', { host: code(host), since: moments.when(seenAt, now), command: again(host) });
      return pushed === null ? why : `${why} ${say('pushed', { branch: code(pushed) })}`;
    },
    takenAndAway: (host: string) => say('takenAndAway', { host: code(host) }),
    offeredAndAway: (host: string) => say('offeredAndAway', { host: code(host) }),
    lost: (host: string) => say('lost', { host: code(host), sessions: '/sessions', command: again(host) }),
    notPushed: (branch: string, host: string, reason: string) =>
      say('notPushed', { branch: code(branch), reason: shown(reason), command: again(host) }),
    continued(name: string, cwd: string, branch: BranchHere | null) {
      const text = say('continued', { name: code(name), cwd: code(cwd) });
      return branch === null ? text : `${text} ${branchText(branch)}`;
    },
    noAgent(host: string, agent: string, known: readonly string[]) {
      const others = listOf(known.map((id) => `/handover ${host}: @${id}`));
      return known.length === 0
        ? say('noAgents', { host: code(host), command: again(host) })
        : say('noAgent', { host: code(host), agent: code(agent), known: others });
    },
    noClone: (host: string, remotes: readonly string[]) =>
      say('noClone', { host: code(host), remotes: listOf(remotes.slice(0, 3)), command: again(host) }),
    noDirectory: (host: string, cwd: string) =>
      say('noDirectory', { host: code(host), cwd: code(cwd), command: again(host) }),
    notOpened: (host: string, why: string) => say('notOpened', { host: code(host), why }),
  };
});
