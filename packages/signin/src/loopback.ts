const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether an address is on the own machine, by its name. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname);
