declare class OwnFakeTimers {
  constructor(options: { config: object; global: typeof globalThis });
}
export = OwnFakeTimers;
