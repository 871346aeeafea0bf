import type { Fault } from './fault.ts';

/** An expected outcome as a value. Throwing is for programmer errors only. */
export type Result<T, F = Fault> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const err = <F>(fault: F): { readonly ok: false; readonly fault: F } => ({ ok: false, fault });
