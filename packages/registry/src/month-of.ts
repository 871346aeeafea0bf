/** The first day of a moment's month, UTC: as fine as a clock about a person gets. */
export const monthOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 7)}-01`;
