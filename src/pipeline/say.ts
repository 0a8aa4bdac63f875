/** A line of diagnostics for the administrator; a warning is what wants a look. */
export type Say = (line: string, level?: 'info' | 'warning') => void;
