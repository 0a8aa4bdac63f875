// Words of SQL.

/** A text as a string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Several texts as a list. */
export function list(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}
