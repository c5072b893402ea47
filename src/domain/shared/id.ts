/**
 * An id in an event: 1 to 128 of `A-Z a-z 0-9 . _ : @ -`, usually a UUID. It has no `|`, `/` or blanks, so that ids can be
 * joined into keys and used in paths.
 */
export const isId = (text: string): boolean => /^[\w.:@-]{1,128}$/.test(text);
