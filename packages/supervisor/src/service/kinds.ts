/** The service managers that ccbot can install itself in. */
export const SERVICE_KINDS = ['systemd', 'launchd', 'runit'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];
