import { withoutSilentAgents, withWriting } from '../../cards/live';
import { reduceCard } from '../../cards/reduce';
import type { Readiness } from '../../agents/agent';
import { allowing, ruleEnds } from './allowing';
import { cleared, restored, stamped } from './archiving';
import { agentsKey, ticked } from './at-work';
import type { SessionEffect, SessionInput } from './input';
import { resetDue, resumeAsked } from './limited';
import { withLogin } from './login';
import { onNewScreen, screenAsked, screenClosed, screenGone } from './screen';
import { isLive, type Session } from '../model';
import { observed, wroteTo } from './observed';
import { onScreen } from './screen-session';

/** An agent that ends within this time of its start, ms, is told to have "ended at once": a wrong command, a dead login. */
const AT_ONCE_MS = 10_000;

/** Decides what one input means for a session. Inputs that come late or twice change nothing. */
export function step(session: Session, input: SessionInput): [Session, SessionEffect[]] {
  if (!isLive(session)) return whenOver(session, input);
  const [decided, effects] = decide(session, input);
  const next = screenGone(stamped(session, decided, input), effects);
  const known: SessionEffect[] =
    next.unnamed === true && next.about !== session.about ? [...effects, { do: 'name' }] : effects;
  const same = next.card === session.card || agentsKey(next) === agentsKey(session);
  return same ? [next, known] : [next, [...known, { do: 'agents' }]];
}

function whenOver(session: Session, input: SessionInput): [Session, SessionEffect[]] {
  if (input.type === 'restored') return restored(session, input);
  return [input.type === 'cleared' ? cleared(session) : session, []];
}

function decide(session: Session, input: SessionInput): [Session, SessionEffect[]] {
  if (session.surface === 'screen') {
    const told = onScreen(session, input);
    if (told !== null) return told;
  }
  switch (input.type) {
    case 'typed':
      return [wroteTo(session, input.by), []];
    case 'opened':
      if (session.phase !== 'opening') return [session, [{ do: 'watch', on: true }]];
      return [{ ...session, phase: 'starting' }, [{ do: 'show' }, { do: 'watch', on: true }]];
    case 'looked':
      return writes(looked(session, input.readiness), input);
    case 'resume.asked':
      return resumeAsked(session, input.when);
    case 'reset.due':
      return resetDue(session, input.at);
    case 'ticked':
      return ticked(session, input.at);
    case 'bound':
      return bound(session, input);
    case 'observed':
      return withLogin(
        session,
        ruleEnds(observed(session, input.event, input.replyTo, input.by), input.event),
        input.event,
      );
    case 'allowing':
      return allowing(session, input.allowing);
    case 'screen.asked':
      return screenAsked(session, input.anew, input.by);
    case 'card.asked':
      return [session, [{ do: 'show' }]];
    case 'screen.closed':
      return screenClosed(session, input.by);
    case 'joined':
      // Whoever comes to it sees the dialog that it waits in.
      return [session, session.phase === 'dialog' ? [{ do: 'show-screen', asked: false }] : []];
    case 'died':
      return over(session, input.at, {
        do: 'tell-died',
        exitStatus: input.exitStatus,
        screen: input.screen,
        atOnce: input.at - (session.reopenedAt ?? session.createdAt) < AT_ONCE_MS,
      });
    case 'closed':
      return over(session, input.at, { do: 'tell-closed' });
    case 'left':
      return over(session, input.at, { do: 'tell-left' });
    case 'killed':
      return over(session, input.at, { do: 'tell-killed' });
    case 'archived':
      return over(session, input.at, { do: 'tell-archived', why: input.why });
    case 'restored':
    case 'cleared':
      return [session, []]; // it is live already
    case 'lost':
      return [
        { ...session, phase: 'lost', card: { ...session.card, phase: 'lost' } },
        [{ do: 'hide' }, { do: 'hide-screen' }, { do: 'release' }],
      ];
  }
}

/** A look's other half: the text on the screen that no record has told yet. */
function writes(
  [session, effects]: [Session, SessionEffect[]],
  { writing, readiness }: Extract<SessionInput, { type: 'looked' }>,
): [Session, SessionEffect[]] {
  if (writing === undefined) return [session, effects];
  const card = withWriting(session.card, readiness === 'ready' ? writing : null);
  if (card === session.card) return [session, effects];
  const shown = effects.some((effect) => effect.do === 'show');
  const show: SessionEffect[] = shown ? [] : [{ do: 'show', minor: true }];
  return [{ ...session, card }, [...effects, ...show, { do: 'draft' }]];
}

function looked(session: Session, readiness: Readiness): [Session, SessionEffect[]] {
  switch (readiness) {
    case 'dialog':
      if (session.phase === 'dialog') return [session, [{ do: 'show-screen', asked: false }]];
      return onNewScreen({ ...session, phase: 'dialog' }, [
        { do: 'show-screen', asked: false },
        { do: 'watch', on: true },
      ]);
    case 'starting':
      return session.phase === 'dialog'
        ? [{ ...session, phase: 'starting' }, [{ do: 'hide-screen' }]]
        : [session, []];
    case 'ready': {
      const working = session.card.phase === 'working';
      if (session.phase === 'ready') return [session, working ? [] : [{ do: 'watch', on: false }]];
      const card =
        session.card.phase === 'starting' ? { ...session.card, phase: 'idle' as const } : session.card;
      const effects: SessionEffect[] = [{ do: 'show' }, { do: 'watch', on: working }, { do: 'deliver' }];
      if (session.phase === 'dialog') effects.unshift({ do: 'hide-screen' });
      if (session.binding === undefined) effects.push({ do: 'discover' });
      const { restoring, ...settled } = session;
      void restoring; // it has settled
      return [{ ...settled, phase: 'ready', card }, effects];
    }
  }
}

function bound(
  session: Session,
  input: { at: number; sessionId: string; transcriptPath: string },
): [Session, SessionEffect[]] {
  const old = session.binding;
  if (old?.sessionId === input.sessionId && old.transcriptPath === input.transcriptPath) return [session, []];
  const { sessionId, transcriptPath, at } = input;
  // Sub-agents were the old session's.
  const card = withoutSilentAgents(session.card, Infinity);
  return [
    { ...session, card, binding: { sessionId, transcriptPath, at } },
    [{ do: 'follow', path: transcriptPath, at }],
  ];
}

function over(session: Session, at: number, tell: SessionEffect): [Session, SessionEffect[]] {
  const working = session.card.phase === 'working';
  const ended = working ? reduceCard(session.card, { type: 'turn.ended', at, how: 'failed' }) : session.card;
  return [
    { ...session, phase: 'ended', card: { ...ended, phase: 'ended' } },
    [working ? { do: 'finish' } : { do: 'hide' }, { do: 'hide-screen' }, tell, { do: 'release' }],
  ];
}
