/** Something that is started and stopped with the worker. */
export interface Life {
  name: string;
  start?(): Promise<void> | void;
  stop?(): Promise<void> | void;
}

/** The one list of what starts and stops: started in order, stopped in reverse. */
export interface LifeList {
  start(): Promise<void>;
  /** Stops what was started, also after a start that failed half-way. The first error is thrown when everything was stopped. */
  stop(): Promise<void>;
}

export function createLifeList(lives: readonly Life[]): LifeList {
  const started: Life[] = [];
  return {
    async start() {
      for (const life of lives) {
        started.push(life);
        await life.start?.();
      }
    },
    async stop() {
      const errors: unknown[] = [];
      for (let life = started.pop(); life !== undefined; life = started.pop()) {
        try {
          await life.stop?.();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
