import type { Agent } from '../agents/agent';
import type { Outbox } from '../outbox/outbox';
import type { Board } from '../board/board';
import type { Session } from '../sessions/model';
import type { Perception } from '../watch/watcher';
import type { Registry } from '../sessions/registry';
import { createScreens, type Screens } from '../features/screen/screens';
import { createStopping, type Stopping } from '../features/stop/stopping';
import type { RegisteredAgent } from '../agents/registry';
import type { Settings } from '../store/settings';
import { createLoginStation, type LoginStation } from '../features/login/compose';
import type { Wiring } from './kernel';

/** The stations that steering works on. */
export interface SteeringStations {
  registry: Registry;
  outbox: Outbox;
  settings: Settings;
  agents: ReadonlyMap<string, RegisteredAgent>;
  chosen: RegisteredAgent;
  agentOf(session: Session): Agent;
  board: Pick<Board, 'responders' | 'chats'>;
  /** Made after this. */
  perception(): Perception;
  /** Whether a session's dialog is put before the person in a better way than as a picture. */
  answeredElsewhere(id: string): boolean;
}

/** What a person steers an agent with beside prompts: its screen with keys, Stop, its login. */
export interface Steering {
  screens: Screens;
  stopping: Stopping;
  login: LoginStation;
  stop(): void;
}

/** Wires the screens, Stop and the logins. */
export function createSteering(deps: Wiring, stations: SteeringStations): Steering {
  const { registry, outbox, agentOf, perception, answeredElsewhere } = stations;
  const common = {
    wordsOf: deps.wordsOf,
    panes: deps.panes,
    session: registry.get,
    now: deps.now,
    log: (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>) =>
      deps.log(level, text, meta),
  };
  const screens = createScreens({
    ...common,
    painter: deps.painter,
    pictures: (chatId) => deps.preferences.get(chatId, 'screenshots') !== 'off',
    responders: (session) => stations.board.responders(session),
    answeredElsewhere,
    put: (wanted) => outbox.put(wanted),
  });
  const stopping = createStopping({
    ...common,
    agentOf,
    ask: (session) => perception().ask(session),
    settle: (id) => perception().settle(id),
  });
  const login = createLoginStation(deps, stations);
  return {
    screens,
    stopping,
    login,
    stop() {
      screens.stop();
      stopping.stop();
      login.logins.stop();
    },
  };
}
