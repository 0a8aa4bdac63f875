/**
 * What came of a value's text: the value, or the reason why it cannot be one. The reason is a few words without the text and without what is
 * allowed; both are added where the place is known.
 */
export type Reading<T> = { readonly value: T } | { readonly reason: string };

/** Reads a value from the text of a flag, a variable or a line of the file. Never throws. */
export type Reader<T> = (text: string) => Reading<T>;

/** The items of a list `a,b,c`, without the blanks around them; an item can be empty. */
export function items(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
